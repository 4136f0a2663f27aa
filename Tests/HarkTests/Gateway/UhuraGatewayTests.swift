import Hark
import HarkTesting
import Testing

struct UhuraGatewayTests {
    @EventLoop
    private func world(_ simulation: Simulation) async throws -> World {
        try await World(simulation) { $0.dialect = .uhura }
    }

    @Test func `events travel both ways and are acknowledged`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            for number in 1...100 { client.emit("ping", number) }
            for number in 1...50 { peer.emit("pong", number) }
            try simulation.run { heard.count == 100 && client.statistics.acknowledged == 100 }
            #expect(heard == Array(1...100))
            simulation.run(for: .seconds(1))
            #expect(peer.statistics.acknowledged == 50)
            #expect(client.data.get("sessionID")?.string == peer.id && peer.id.utf8.count == 24)
            #expect(world.server.peer(peer.id) === peer)
            try await simulation.run { try await client.emit("ping", 101, ack: .within(.seconds(1))) }
            try client.data.set("user", "ada")
            simulation.run(for: .seconds(1))
            #expect(peer.data.get("user") == "ada")
        }
    }

    @Test func `a session goes on over another connection`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            try client.data.set("mine", 2)
            client.emit("ping", 1)
            simulation.run(for: .seconds(1))
            client.connection?.close()
            client.emit("ping", 2)
            peer.emit("pong", 1)
            try simulation.run { heard.count == 2 && client.isConnected }
            #expect(client.resumption == .resumed && world.server.peers.map(\.id) == [peer.id])
            client.emit("ping", 3)
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2, 3])
            #expect(client.statistics.acknowledged == 3 && peer.statistics.acknowledged == 1)
        }
    }
}
