internal import CLibUV

/// Connects to a host by whichever of its addresses answers first ("happy eyeballs", RFC 8305).
///
/// Families alternate, IPv6 first; the next address is tried when the one before has failed or has been silent for
/// 250 ms. The first connection wins, the others are closed.
@EventLoop
package final class TCPDialer {
    /// 250 ms, the connection attempt delay that RFC 8305 recommends.
    static nonisolated let attemptDelay: UInt64 = 250

    private var waiting: [SocketAddress]
    private var attempts: [ConnectRequest] = []
    private var running = 0
    private var lastError = UVError.addressNotAvailable
    private var completion: (@EventLoop (Result<UVStream, UVError>) -> Void)?
    private var lookup: Resolver?
    /// Itself, until it has ended: who dials need not hold the attempt.
    private var anchor: TCPDialer?
    private lazy var timer = LoopTimer { [weak self] in self?.tryNext() }

    /// Starts at once. `completion` is called once, later, unless the dialer is cancelled first.
    package init(
        host: String, port: Int, _ completion: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) {
        self.completion = completion
        waiting = []
        anchor = self
        if let address = SocketAddress(numeric: host, port: port) {
            waiting = [address]
            tryNext()
        } else {
            lookup = Resolver(host: host, port: port) { [weak self] result in
                switch result {
                case .success(let addresses):
                    self?.waiting = Self.interleaved(addresses)
                    self?.tryNext()
                case .failure(let error):
                    self?.finish(.failure(error))
                }
            }
        }
    }

    /// Alternates between the families, IPv6 first, keeping the resolver's order within each.
    package nonisolated static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        let six = addresses.filter(\.isIPv6)
        let four = addresses.filter { !$0.isIPv6 }
        var result: [SocketAddress] = []
        for index in 0..<max(six.count, four.count) {
            if index < six.count { result.append(six[index]) }
            if index < four.count { result.append(four[index]) }
        }
        return result
    }

    private func tryNext() {
        guard completion != nil else { return }
        guard !waiting.isEmpty else {
            if running == 0 { finish(.failure(lastError)) }
            return
        }
        let address = waiting.removeFirst()
        do throws(UVError) {
            attempts.append(try ConnectRequest.tcp(address) { [weak self] in self?.attemptEnded($0) })
            running += 1
            if !waiting.isEmpty { timer.schedule(at: TimerHeap.now + Self.attemptDelay) }
        } catch {
            lastError = error
            // Later, so that the caller hears of a failure after `init` has returned.
            timer.schedule(at: TimerHeap.now)
        }
    }

    private func attemptEnded(_ result: Result<UVStream, UVError>) {
        running -= 1
        switch result {
        case .success(let stream):
            TCPSocket.configure(stream)
            finish(.success(stream))
        case .failure(let error):
            lastError = error
            tryNext()
        }
    }

    private func finish(_ result: Result<UVStream, UVError>) {
        guard let completion else { return }
        cancel()
        completion(result)
    }

    /// Gives up; nothing is called back any more.
    package func cancel() {
        completion = nil
        anchor = nil
        timer.cancel()
        lookup?.cancel()
        for attempt in attempts { attempt.cancel() }
        attempts = []
    }
}
