import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct NativeLinkPingTests {
    @Test func `a ping takes a round trip, from either side`() async throws {
        let slow = NetworkConditions(latency: .milliseconds(300) ... .milliseconds(300))
        try await withSimulation(conditions: slow) { simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            var peer: Peer?
            server.onConnection { peer = $0 }
            client.connect()
            try await simulation.run { try await client.connected() }
            let began = simulation.clock.now
            try await simulation.run { try await client.ping() }
            #expect(simulation.clock.now == began + 600)
            let other = try #require(peer)
            try await simulation.run { try await other.ping() }
            #expect(simulation.clock.now == began + 1_200)
            try await simulation.run {
                await client.close()
                await server.close()
            }
        }
    }

    @Test(arguments: Wire.allCases)
    func `several pings are each answered, among requests`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            try pair.server.reply(to: "twice") { (n: Int) in 2 * n }
            let client = pair.client
            try await pair.run {
                for number in 1...20 {
                    try await client.ping()
                    let twice: Int = try await client.request("twice", number)
                    #expect(twice == 2 * number)
                }
            }
        }
    }

    @Test func `without an answer it ends in time, and without a connection at once`() async throws {
        try await withSimulation { simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            func code(within deadline: Duration = .seconds(5)) async throws -> HarkError.Code? {
                try await simulation.run {
                    do {
                        try await client.ping(within: deadline)
                        return nil
                    } catch {
                        return (error as? HarkError)?.code
                    }
                }
            }
            #expect(try await code() == .disconnected)
            client.connect()
            try await simulation.run { try await client.connected() }
            simulation.network.partition()
            let began = simulation.clock.now
            #expect(try await code(within: .seconds(2)) == .timeout)
            #expect(simulation.clock.now == began + 2_000)
            simulation.start { simulation.network.cutAll() }
            #expect(try await code(within: .seconds(2)) == .disconnected)
            simulation.network.heal()
            try await simulation.run { await client.close() }
            #expect(try await code() == .closed)
            try await simulation.run { await server.close() }
        }
    }
}
