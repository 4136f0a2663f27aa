import Hark
import HarkTesting
import Testing

struct StreamitterGatewayTests {
    @EventLoop
    private func world(_ simulation: Simulation) async throws -> World {
        try await World(simulation) { $0.dialect = .streamitter }
    }

    @Test func `events travel both ways, in order`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            var answered: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected { $0.dialect = .streamitter }
            client.on("pong") { (number: Int) in answered.append(number) }
            for number in 1...100 { client.send("ping", number) }
            for number in 1...100 { peer.send("pong", number) }
            try simulation.run { heard.count == 100 && answered.count == 100 }
            #expect(heard == Array(1...100) && answered == Array(1...100))
            #expect(client.statistics.written == 100 && client.statistics.acknowledged == 0)
            simulation.start { await client.close() }
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
        }
    }

    @Test func `what is on the wire is a JSON stream`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let raw = try world.raw()
            simulation.run(for: .seconds(1))
            world.server.onConnection { _ in }
            let peer = try #require(world.server.peers.first)
            peer.send("a")
            simulation.run(for: .seconds(1))
            peer.send("b", 1)
            peer.send("c", Value.null, "x")
            simulation.run(for: .seconds(1))
            #expect(String(decoding: raw.bytes, as: UTF8.self) == "[\n[\"a\"]\n,\n[\"b\",1]\n,\n[\"c\",null,\"x\"]")
            var heard: [String] = []
            peer.onAny { heard.append("\($0.name) \((try? $0.arguments) ?? [])") }
            try raw.send("[\n[\"d\",true]\n,\n[\"e\"".utf8)
            simulation.run(for: .seconds(1))
            try raw.send("]".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == ["d [true]", "e []"])
        }
    }
}
