import Hark
import Testing

/// Stands between a client and a server, and cuts their connections without a word.
@EventLoop
final class Proxy {
    private let target: Endpoint
    private var acceptor: (any Acceptor)?
    private var ends: [End] = []

    /// Where the client finds it.
    let url = "unix://\(Command.socket())"

    /// - Parameter url: where the server listens.
    init(to url: String) throws {
        target = try Endpoint(parsing: url)
        acceptor = try Environment.live.transport.listen(on: try Endpoint(parsing: self.url)) { [weak self] result in
            if case .success(let connection) = result { self?.join(connection) }
        }
    }

    /// Breaks what is connected now.
    func cut() {
        for end in ends { end.connection.close() }
        ends = []
    }

    /// Breaks everything, and listens no more.
    func close() {
        acceptor?.close()
        cut()
    }

    private func join(_ near: any Connection) {
        _ = Environment.live.transport.dial(target) { [weak self] result in
            guard let self, let far = try? result.get() else { return near.close() }
            let pair = [End(near), End(far)]
            pair[0].other = far
            pair[1].other = near
            ends += pair
            for end in pair { end.connection.startReading() }
        }
    }

    /// One of the two connections.
    private final class End: ConnectionReceiver {
        let connection: any Connection
        weak var other: (any Connection)?

        init(_ connection: any Connection) {
            self.connection = connection
            connection.receiver = self
        }

        func received(_ bytes: RawSpan) {
            let nothing: [UInt8] = []
            // The other one may be gone by now.
            guard let other, let taken = try? other.tryWrite(bytes, nothing.span.bytes) else { return }
            // Tests say little, so it always goes at once.
            if taken < bytes.byteCount { Issue.record("the proxy passes on little at a time") }
        }

        func readEnded(_ error: HarkError?) { other?.shutdown() }
        func wrote(_ error: HarkError?) {}
    }
}
