import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct SimulatedNetworkTests {
    @Test(arguments: TransportTestKit.Check.allCases)
    func `the simulation keeps what transports promise`(_ check: TransportTestKit.Check) async throws {
        try await withSimulation { simulation in
            try await TransportTestKit(simulation.network, on: .tcp(port: 0)) { condition in
                try simulation.run(until: condition)
            }.run(check)
        }
    }

    @Test func `the same seed is the same world, another one is not`() async throws {
        func fingerprint(_ seed: UInt64) async throws -> UInt64 {
            try await withSimulation(seed: seed, conditions: .hostile) { simulation in
                let world = try await World(simulation)
                world.server.on("ping") { (n: Int) in world.server.emit("pong", n) }
                try world.server.reply(to: "sum") { (a: Int, b: Int) async throws in a + b }
                let client = world.client()
                client.connect()
                for n in 0..<50 {
                    client.emit("ping", n)
                    simulation.start { let _: Int? = try? await client.request("sum", n, n) }
                    simulation.run(for: .milliseconds(100))
                }
                try await simulation.run { await client.close() }
                return simulation.network.fingerprint
            }
        }
        let first = try await fingerprint(1)
        for _ in 0..<5 {
            let again = try await fingerprint(1)
            #expect(again == first)
        }
        let other = try await fingerprint(2)
        #expect(other != first)
    }
}
