import Hark
import HarkTesting
import Testing

/// A node between two nodes of the original, which say what those have been heard to say.
@Suite struct VerboseOriginalsTests {
    /// Connects as the original does, and greets.
    @EventLoop
    private static func original(_ id: String, _ simulation: Simulation) throws -> RawPeer {
        var peer: RawPeer?
        let attempt = simulation.environment.transport.dial(.tcp("n0", port: 9_000)) { result in
            if let connection = try? result.get() { peer = RawPeer(connection) }
        }
        defer { withExtendedLifetime(attempt) {} }
        try simulation.run(within: .seconds(10)) { peer != nil }
        let connected = try #require(peer)
        try connected.send(Array("[\n[\"peerid\",\"DEFAULT_CHANNEL\",\"\(id)\"]\n,\n[\"sync\",null,null]".utf8))
        simulation.run(for: .seconds(2))
        return connected
    }

    @EventLoop
    private static func message(_ id: String, _ nodes: [String], _ number: Int) -> [UInt8] {
        let list = nodes.map { "\"\($0)\"" }.joined(separator: ",")
        return Array(
            "\n,\n[\"message\",{\"pl\":[\"n\",\(number)],\"meta\":{\"_nodes\":[\(list)],\"_id\":\"\(id)\"}}]".utf8)
    }

    /// What was said to a node besides acknowledgements and greetings.
    @EventLoop
    private static func messages(_ peer: RawPeer) -> [Substring] {
        String(decoding: peer.bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("[\"message\"") }
    }

    @Test func `an event is passed on once, with its id and who has it`() async throws {
        try await withSimulation(seed: 1) { simulation in
            let world = try NodeWorld(simulation, 1) { $0.dialect = .verbose }
            world.listen()
            let a = try Self.original("A", simulation)
            let b = try Self.original("B", simulation)
            try a.send(Self.message("id-1", [], 7))
            try a.send(Self.message("id-1", [], 7))
            try b.send(Self.message("id-1", ["A"], 7))
            simulation.run(for: .seconds(2))
            #expect(world.heard[0] == ["A": [7]])
            #expect(Self.messages(a).isEmpty)
            let passed = Self.messages(b)
            #expect(passed.count == 1)
            #expect(passed.first?.contains("\"_id\":\"id-1\"") == true)
            #expect(passed.first?.contains("\"_nodes\":[\"A\",\"n0\"]") == true)
            try await world.end()
        }
    }

    @Test func `neighbours are told who else gets an event, so that they do not pass it on to each other`() async throws
    {
        try await withSimulation(seed: 2) { simulation in
            let world = try NodeWorld(simulation, 1) { $0.dialect = .verbose }
            let a = try Self.original("A", simulation)
            let b = try Self.original("B", simulation)
            #expect(world.nodes[0].emit("n", 7) == .written)
            simulation.run(for: .seconds(2))
            let (toA, toB) = (Self.messages(a), Self.messages(b))
            #expect(toA.count == 1 && toB.count == 1)
            #expect(toA.first?.contains("\"_nodes\":[\"n0\",\"B\"]") == true)
            #expect(toB.first?.contains("\"_nodes\":[\"n0\",\"A\"]") == true)
            try await world.end()
        }
    }

    @Test func `an event that has been here goes no further`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let world = try NodeWorld(simulation, 1) { $0.dialect = .verbose }
            world.listen()
            let a = try Self.original("A", simulation)
            let b = try Self.original("B", simulation)
            try a.send(Self.message("id-2", ["n0", "C"], 7))
            simulation.run(for: .seconds(2))
            #expect(world.heard[0].isEmpty)
            #expect(Self.messages(b).isEmpty)
            try await world.end()
        }
    }
}
