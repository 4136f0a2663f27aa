import Foundation
import Hark

/// The other side of a measurement: answers, counts and broadcasts what `hark bench` asks for.
@EventLoop
final class BenchServer {
    /// One measurement at a time: two would measure each other.
    @exclusivity(unchecked) private var session: BenchSession?
    private let server: Server

    init() {
        BenchMachine.raiseFileLimit()
        var options = Server.Options()
        // As many as idle may ask for; what is under way has been limited by who measures.
        options.limits.peerCount = 1 << 20
        options.limits.handshakeCount = 4_096
        options.limits.queueByteCount = 2 * BenchOptions.windowByteCountMax
        // Answering each other without an end is what is measured.
        options.limits.stormRate = .max
        server = Server(options: options)
    }

    /// - Returns: the address really bound.
    /// - Throws: `HarkError` when it cannot be bound.
    func listen(on endpoint: Endpoint) async throws(HarkError) -> Endpoint {
        server.onConnection { self.serve($0) }
        return try await server.listen(on: endpoint)
    }

    func close() async { await server.close() }

    private func serve(_ peer: Peer) {
        peer.on(BenchKeys.ping) { (bytes: RawSpan) in self.session?.answer(bytes, to: peer) }
        peer.on(BenchKeys.load) { (bytes: RawSpan) in self.session?.count(bytes) }
        peer.on(BenchKeys.cast) { (bytes: RawSpan) in self.session?.pass(on: bytes, through: self.server) }
        peer.on(BenchKeys.begin.text) { () in self.session?.begin() }
        peer.on(.disconnect) { _ in
            guard self.session?.owner == peer.id else { return }
            self.session?.leaveGroup()
            self.session = nil
        }
        do {
            try peer.reply(to: BenchKeys.hello) { () -> Value in Self.hello }
            try peer.reply(to: BenchKeys.start) { (size: Int) throws -> Bool in try self.start(size, for: peer) }
            try peer.reply(to: BenchKeys.echo) { (bytes: Bytes) -> Bytes in bytes }
            try peer.reply(to: BenchKeys.memory) { () -> Int in BenchMachine.residentByteCount ?? 0 }
            try peer.reply(to: BenchKeys.finish) { () -> Value in self.finish(for: peer) }
            try peer.reply(to: BenchKeys.join) { () async throws -> Int in try await self.joinGroup(for: peer) }
            try peer.reply(to: BenchKeys.tally) { () -> Value in self.session?.tally ?? .null }
        } catch {
            preconditionFailure("a name is answered twice: \(error)")
        }
    }

    private static var hello: Value {
        [
            "machine": BenchMachine().json,
            "clock": BenchMachine.clockID.map { .string($0) } ?? .null,
        ]
    }

    private func start(_ size: Int, for peer: Peer) throws -> Bool {
        guard session == nil else { throw BenchRefusal("another measurement is under way there; try again later") }
        session = BenchSession(owner: peer.id, size: size)
        return true
    }

    /// - Returns: the group's port.
    private func joinGroup(for peer: Peer) async throws -> Int {
        guard let session, session.owner == peer.id else { throw BenchRefusal("nothing is measured yet") }
        return try await session.joinGroup()
    }

    private func finish(for peer: Peer) -> Value {
        guard let session, session.owner == peer.id else { return .null }
        self.session = nil
        session.leaveGroup()
        return session.json
    }
}

/// Why the other side does not measure; its text travels.
private struct BenchRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
