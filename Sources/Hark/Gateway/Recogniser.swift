internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Finds out what a new connection speaks, where a server speaks several dialects, from what it says first.
///
/// What has arrived until then is kept, and read again by whoever speaks that dialect. A connection that says nothing
/// speaks the one dialect in which that is allowed.
@EventLoop
final class Recogniser: ConnectionReceiver {
    /// 300 ms: a native or Uhura client greets as soon as it is connected, one of verbose within 200 ms.
    private static let silenceMax: UInt64 = 300

    let connection: any Connection
    private let dialects: [Dialect]
    private var recognition: DialectRecognition
    private let decided: @EventLoop (Recogniser, Result<Dialect, HarkError>) -> Void
    /// What has arrived so far.
    private(set) var bytes: [UInt8] = []
    private var timer: (any EventTimer)?
    private var isDecided = false

    /// - Parameters:
    ///   - dialects: what the server speaks.
    ///   - timeout: in ms.
    ///   - decided: called once, with the connection not reading, unless it is cancelled before.
    init(
        _ connection: any Connection, _ dialects: [Dialect], _ clock: any EventClock, timeout: UInt64,
        _ decided: @escaping @EventLoop (Recogniser, Result<Dialect, HarkError>) -> Void
    ) {
        self.connection = connection
        self.dialects = dialects
        recognition = DialectRecognition(Set(dialects.map(\.recognised)))
        self.decided = decided
        arm(clock, timeout: timeout)
    }

    private func arm(_ clock: any EventClock, timeout: UInt64) {
        let silent = dialects.first(where: \.isSilent)
        let deadline = clock.now + timeout
        let timer = clock.timer { [unowned self] in
            // Silence means something only as long as nothing was said.
            if let silent, bytes.isEmpty { return decide(.success(silent)) }
            guard clock.now < deadline else { return timedOut() }
            self.timer?.schedule(at: deadline)
        }
        self.timer = timer
        timer.schedule(at: silent == nil ? deadline : min(deadline, clock.now + Self.silenceMax))
    }

    /// Starts to listen. Whoever made it keeps it until it has decided.
    func start() {
        connection.receiver = self
        connection.startReading()
    }

    private func timedOut() {
        decide(.failure(HarkError(.handshake, "a connection did not say in time what it speaks")))
    }

    private func decide(_ result: Result<Dialect, HarkError>) {
        guard !isDecided else { return }
        rest()
        connection.stopReading()
        decided(self, result)
    }

    /// The connection is not wanted any more.
    func cancel() {
        rest()
        connection.close()
    }

    private func rest() {
        isDecided = true
        timer?.cancel()
        timer = nil
    }

    func received(_ bytes: RawSpan) {
        guard !isDecided else { return }
        self.bytes.append(contentsOf: bytes.memory)
        switch recognition.receive(bytes.memory) {
        case .undecided: break
        case .decided(let wire):
            guard let dialect = dialects.first(where: { $0.recognised == wire }) else { return }
            decide(.success(dialect))
        case .none(let why):
            decide(.failure(HarkError(.handshake, "a connection speaks no dialect of this server: \(why)")))
        }
    }

    func readEnded(_ error: HarkError?) {
        decide(.failure(error ?? HarkError(.handshake, "a connection ended before it said what it speaks")))
    }

    func wrote(_ error: HarkError?) {}
}

extension Dialect {
    /// What recognition calls it.
    fileprivate var recognised: DialectRecognition.Wire {
        switch wire {
        // Eventcast is not spoken over connections.
        case .native, .eventcast: .native
        case .streamitter: .streamitter
        case .uhura: .uhura
        case .socketIPC: .socketIPC
        case .verbose: .verbose
        }
    }
}
