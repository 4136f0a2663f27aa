import Hark
import Testing

/// One side of a connection that is spoken byte by byte, as a program of an older library would.
@EventLoop
final class Original: ConnectionReceiver {
    private var acceptor: (any Acceptor)?
    private var connection: (any Connection)?
    private var heard: [UInt8] = []
    private var isEnded = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// 60 s: whoever has not said by then what is expected never will.
    private static let millisecondsMax: UInt64 = 60_000

    /// Where it is found, if it is a server.
    let url: String

    /// A server of one connection at a time.
    init(listeningOn url: String = "unix://\(Command.socket())") throws {
        self.url = url
        acceptor = try Environment.live.transport.listen(on: try Endpoint(parsing: url)) { [weak self] result in
            if case .success(let connection) = result { self?.take(connection) }
        }
    }

    /// A client.
    init(connectingTo url: String) async throws {
        self.url = url
        var failure: HarkError?
        _ = Environment.live.transport.dial(try Endpoint(parsing: url)) { [weak self] result in
            switch result {
            case .success(let connection): self?.take(connection)
            case .failure(let error): failure = error
            }
            self?.wake()
        }
        while connection == nil, failure == nil { await withCheckedContinuation { waiters.append($0) } }
        if let failure { throw failure }
    }

    private func take(_ connection: any Connection) {
        self.connection = connection
        heard = []
        isEnded = false
        connection.receiver = self
        connection.startReading()
    }

    // MARK: Talking

    func say(_ text: String) throws {
        let nothing: [UInt8] = []
        let bytes = Array(text.utf8)
        let taken = try #require(connection).tryWrite(bytes.span.bytes, nothing.span.bytes)
        #expect(taken == bytes.count, "tests say little, so it goes at once")
    }

    /// Waits for exactly these bytes, and takes them.
    func hear(_ expected: String) async throws {
        let expected = Array(expected.utf8)
        try await wait(for: expected.count)
        #expect(
            String(decoding: heard.prefix(expected.count), as: UTF8.self) == String(decoding: expected, as: UTF8.self))
        heard.removeFirst(expected.count)
    }

    /// Waits for these many bytes, and takes them.
    func hear(byteCount: Int) async throws -> String {
        try await wait(for: byteCount)
        defer { heard.removeFirst(byteCount) }
        return String(decoding: heard.prefix(byteCount), as: UTF8.self)
    }

    private func wait(for byteCount: Int) async throws {
        var isOver = false
        let timer = LoopTimer {
            isOver = true
            self.wake()
        }
        timer.schedule(at: TimerHeap.now + Self.millisecondsMax)
        while heard.count < byteCount, !isEnded, !isOver { await withCheckedContinuation { waiters.append($0) } }
        timer.cancel()
        try #require(heard.count >= byteCount, "only \(String(decoding: heard, as: UTF8.self)) was said")
    }

    private func wake() {
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume() }
    }

    /// Breaks the connection.
    func cut() {
        connection?.close()
        connection = nil
    }

    /// Breaks it, and listens no more.
    func close() {
        acceptor?.close()
        cut()
    }

    // MARK: ConnectionReceiver

    func received(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { heard.append(contentsOf: $0) }
        wake()
    }

    func readEnded(_ error: HarkError?) {
        isEnded = true
        wake()
    }

    func wrote(_ error: HarkError?) {}
}
