import Hark
import HarkTesting
import Testing

/// What `Testing.md` shows: tests of a service, which run as they stand there.
@EventLoop
@Suite struct PriceBoardTests {
    @Test func `a price that was set can be asked for`() async throws {
        try await withBoard { simulation, board, client in
            client.emit("set", "EURUSD", 1.0842)
            let price: Double? = try await simulation.run {
                try await client.request("price", "EURUSD")
            }
            #expect(price == 1.0842)
        }
    }

    @Test func `a price that is set during an outage is there when it is over`() async throws {
        try await withBoard { simulation, board, client in
            var prices: [Double] = []
            client.on("changed") { (_: String, price: Double) in prices.append(price) }

            simulation.network.partition()
            client.emit("set", "EURUSD", 1.0842)
            simulation.run(for: .seconds(60))
            #expect(!client.isConnected && prices.isEmpty)

            simulation.network.heal()
            try simulation.run { !prices.isEmpty }
            #expect(prices == [1.0842])
        }
    }

    @Test(arguments: Simulation.seeds(20))
    func `whatever breaks, prices arrive in order and once`(seed: UInt64) async throws {
        try await withBoard(seed: seed, conditions: .hostile) { simulation, board, client in
            var prices: [Double] = []
            board.server.on("set") { (_: String, price: Double) in prices.append(price) }
            let sent = (1...30).map { Double($0) }
            for price in sent {
                client.emit("set", "EURUSD", price)
                if simulation.random.isOne(in: 10) { simulation.network.cutAll() }
                simulation.run(for: .milliseconds(20))
            }
            try simulation.run { prices.count >= sent.count }
            #expect(prices == sent)
        }
    }

    @Test(arguments: 0...30)
    func `wherever within an event the connection breaks, the price arrives once`(byteCount: Int) async throws {
        try await withBoard { simulation, board, client in
            var count = 0
            board.server.on("set") { (_: String, _: Double) in count += 1 }
            let cable = try #require(simulation.network.cables.first)
            cable.cut(after: cable.byteCount(from: .dialler) + byteCount, from: .dialler)
            client.emit("set", "EURUSD", 1.0842)
            simulation.run(for: .seconds(60))
            #expect(count == 1)
        }
    }

    @Test func `on a slow line a price takes as long as the line`() async throws {
        let slow = NetworkConditions(latency: .milliseconds(300) ... .milliseconds(300))
        try await withBoard(conditions: slow) { simulation, board, client in
            let before = simulation.clock.now
            try await simulation.run {
                let _: Double? = try await client.request("price", "EURUSD")
            }
            #expect(simulation.clock.now - before == 600)
        }
    }
}

/// A board and a client that is connected to it, in a world of their own.
@EventLoop
func withBoard(
    seed: UInt64 = 1, conditions: NetworkConditions = .ordinary,
    _ body: @EventLoop (Simulation, PriceBoard, Client) async throws -> Void
) async throws {
    try await withSimulation(seed: seed, conditions: conditions) { simulation in
        let board = try PriceBoard(options: simulation.serverOptions())
        let endpoint = try await board.server.listen(on: .tcp(port: 0))
        let client = Client(to: endpoint, options: simulation.clientOptions())
        client.connect()
        try await simulation.run { try await client.connected() }
        try await body(simulation, board, client)
        try await simulation.run {
            await client.close()
            await board.server.close()
        }
    }
}
