import Captures
import Hark
import HarkTesting
import Testing

/// What was recorded of the wire, against the other role of ours.
@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct StreamitterCaptureTests {
    private struct Heard: Equatable {
        let name: String
        let values: [Value]
    }

    private nonisolated static let names = (try? Capture.all(in: "Streamitter"))?.map(\.name) ?? []

    /// The bytes of a recording, whichever side it names: both write the same.
    private func bytes(_ name: String) throws -> [[UInt8]] {
        let capture = try Capture.named("Streamitter/\(name)")
        return ["client", "server"].map { capture.bytes(from: $0) }.filter { !$0.isEmpty }
    }

    /// What our side writes when it is never ended.
    private func unended(_ bytes: [UInt8]) -> [UInt8] {
        let open = bytes.suffix(3).elementsEqual("\n]\n".utf8) ? Array(bytes.dropLast(3)) : bytes
        return open == Array("[\n".utf8) ? [] : open
    }

    private func options(_ simulation: Simulation) -> Client.Options {
        var options = simulation.clientOptions()
        options.dialect = .streamitter
        options.logger = World.silence
        return options
    }

    /// A server of bytes, and our client that is connected to it.
    private func rawServer(_ simulation: Simulation) throws -> (RawPeer, Client) {
        var raw: RawPeer?
        _ = try simulation.network.listen(on: .unix("/raw")) { raw = (try? $0.get()).map(RawPeer.init) }
        let client = Client(to: .unix("/raw"), options: options(simulation))
        client.connect()
        try simulation.run { raw != nil && client.isConnected }
        return (try #require(raw), client)
    }

    private func record(_ emitter: Emitter, _ body: @escaping @EventLoop (Heard) -> Void) {
        emitter.onAny { event in body(Heard(name: event.name, values: (try? event.arguments) ?? [])) }
    }

    @Test(arguments: names)
    func `our server hears what a client has sent, and sends it the same way`(_ name: String) async throws {
        for bytes in try bytes(name) {
            try await withSimulation { simulation in
                let world = try await World(simulation) { $0.dialect = .streamitter }
                let raw = try world.raw()
                try simulation.run { world.server.peers.count == 1 }
                let peer = try #require(world.server.peers.first)
                var heard: [Heard] = []
                record(peer) { heard.append($0) }
                try await replay(bytes, over: raw, simulation)
                let received = heard
                peer.echo = .remoteOnly
                for event in received { peer.emit(event.name, values: event.values) }
                simulation.run(for: .seconds(5))
                #expect(raw.bytes == unended(bytes))
                #expect(heard == received && received.isEmpty == unended(bytes).isEmpty)
            }
        }
    }

    @Test(arguments: names)
    func `our client hears what a server has sent, and sends it the same way`(_ name: String) async throws {
        for bytes in try bytes(name) {
            try await withSimulation(conditions: bytes.count < 1_000 ? .narrow : .ordinary) { simulation in
                let (raw, client) = try rawServer(simulation)
                var heard: [Heard] = []
                record(client) { heard.append($0) }
                try await replay(bytes, over: raw, simulation)
                let received = heard
                client.echo = .remoteOnly
                for event in received { client.emit(event.name, values: event.values) }
                simulation.run(for: .seconds(30))
                #expect(raw.bytes == unended(bytes))
                #expect(heard == received && received.isEmpty == unended(bytes).isEmpty)
            }
        }
    }

    private func replay(_ bytes: [UInt8], over raw: RawPeer, _ simulation: Simulation) async throws {
        var sent = 0
        let nothing: [UInt8] = []
        while sent < bytes.count {
            let part = Array(bytes[sent...])
            sent += try raw.connection.tryWrite(part.span.bytes, nothing.span.bytes)
            simulation.run(for: .milliseconds(100))
        }
        simulation.run(for: .seconds(30))
    }
}
