import Hark

/// A person or a program at the other end of a console.
@EventLoop
final class ConsoleTalk {
    let peer: RawPeer

    init(_ connection: any Connection) { peer = RawPeer(connection) }

    /// Connects over real sockets.
    static func dial(_ endpoint: Endpoint) async throws -> ConsoleTalk {
        let arrived = Signal()
        var result: Result<any Connection, HarkError>?
        let attempt = Environment.live.transport.dial(endpoint) {
            result = $0
            arrived.fire()
        }
        await arrived.wait()
        _ = attempt
        guard let connection = try result?.get() else { throw HarkError(.connect, "no connection") }
        return ConsoleTalk(connection)
    }

    /// All that was heard.
    var text: String { String(decoding: peer.bytes, as: UTF8.self) }

    func send(_ text: String) throws { try peer.send(text.utf8) }

    /// Waits until all that was heard ends so.
    func hears(_ end: String) async {
        while !text.hasSuffix(end) { await peer.heard.wait(for: peer.heard.count + 1) }
    }
}
