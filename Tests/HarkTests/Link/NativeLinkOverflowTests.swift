import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct NativeLinkOverflowTests {
    private static let load = Bytes([UInt8](repeating: 1, count: 1_000))

    /// Room for ten events and a little.
    private static func limits(_ overflow: OverflowPolicy) -> Limits {
        var limits = Limits()
        limits.queueByteCount = 10_500
        limits.overflow = overflow
        return limits
    }

    /// A server, and a client that is not connected yet.
    private func withClient(
        _ overflow: OverflowPolicy, _ body: @EventLoop (Simulation, World, Client) async throws -> Void
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            try await body(simulation, world, world.client { $0.limits = Self.limits(overflow) })
        }
    }

    /// Connects, and says what the server hears.
    private func heard(_ simulation: Simulation, _ world: World, _ client: Client) throws -> [String] {
        var heard: [String] = []
        world.server.onAny { event in
            let n = (try? event.decode(Int.self, Bytes.self))?.0 ?? 0
            heard.append("\(event.name)\(n)")
        }
        client.connect()
        try simulation.run { client.isConnected }
        simulation.run(for: .seconds(10))
        return heard
    }

    @Test func `dropOldest keeps the newest events, and counts the others`() async throws {
        try await withClient(.dropOldest) { simulation, world, client in
            for n in 1...30 { #expect(client.emit("n", n, Self.load) == .queued) }
            #expect(client.statistics.isBalanced)
            let heard = try heard(simulation, world, client)
            #expect(heard == (20...30).map { "n\($0)" })
            #expect(client.statistics.dropped == [.overflow: 19])
            #expect(client.statistics.acknowledged == 11 && client.statistics.emitted == 30)
            #expect(client.statistics.isBalanced)
        }
    }

    @Test func `latestPerName keeps the newest event of each name`() async throws {
        try await withClient(.latestPerName) { simulation, world, client in
            for n in 1...5 { client.emit("a", n, Self.load) }
            for n in 1...6 { client.emit("b", n, Self.load) }
            for n in 1...3 { #expect(client.emit("c", n, Self.load) == .queued) }
            #expect(client.statistics.isBalanced)
            let heard = try heard(simulation, world, client)
            #expect(heard == ["a5", "b6", "c1", "c2", "c3"])
            #expect(client.statistics.dropped == [.superseded: 9])
            #expect(client.statistics.acknowledged == 5 && client.statistics.isBalanced)
        }
    }

    @Test func `latestPerName drops a new name when there are as many names as there is room for`() async throws {
        try await withClient(.latestPerName) { simulation, world, client in
            for n in 1...11 { client.emit("name\(n).", n, Self.load) }
            #expect(client.emit("another", 1, Self.load) == .dropped(.queueFull))
            #expect(client.emit("name3.", 12, Self.load) == .queued)
            let heard = try heard(simulation, world, client)
            #expect(heard == ([1, 2] + Array(4...11)).map { "name\($0).\($0)" } + ["name3.12"])
            #expect(client.statistics.dropped == [.queueFull: 1, .superseded: 1])
        }
    }

    @Test func `what may have arrived does not give way`() async throws {
        try await withClient(.dropOldest) { simulation, world, client in
            client.connect()
            try simulation.run { client.isConnected }
            simulation.network.partition()
            for n in 1...11 { client.emit("n", n, Self.load) }
            simulation.settle()
            simulation.network.cutAll()
            try simulation.run { !client.isConnected }
            for n in 12...15 { #expect(client.emit("n", n, Self.load) == .dropped(.queueFull)) }
            simulation.network.heal()
            let heard = try heard(simulation, world, client)
            #expect(heard == (1...11).map { "n\($0)" })
            #expect(client.statistics.isBalanced)
        }
    }

    @Test func `who waits for an event that gives way is told, others get their acknowledgement`() async throws {
        try await withClient(.dropOldest) { simulation, world, client in
            var ends: [Int: HarkError.Code?] = [:]
            for n in 1...30 {
                client.emit("n", n, Self.load, ack: .within(.seconds(3_600))) { ends[n] = .some($0?.code) }
            }
            simulation.settle()
            #expect(ends == Dictionary(uniqueKeysWithValues: (1...19).map { ($0, .limit) }))
            _ = try heard(simulation, world, client)
            #expect(ends.filter { $0.value == nil }.keys.sorted() == Array(20...30))
        }
    }

    @Test func `an event that cannot be encoded makes no room for itself`() async throws {
        try await withClient(.dropOldest) { simulation, world, client in
            for n in 1...11 { client.emit("n", n, Self.load) }
            let tooLong = Bytes([UInt8](repeating: 1, count: 2 << 20))
            #expect(client.emit("n", 12, tooLong) == .dropped(.tooLarge))
            let heard = try heard(simulation, world, client)
            #expect(heard.count == 11 && client.statistics.isBalanced)
        }
    }

    @Test func `close ends the connection of a client, which comes back with its queue`() async throws {
        try await withClient(.close) { simulation, world, client in
            var life: [String] = []
            World.record(client) { life.append($0) }
            client.connect()
            try simulation.run { client.isConnected }
            simulation.network.conditions.bufferByteCount = 1_000
            for n in 1...40 {
                client.emit("n", n, Self.load)
                simulation.settle()
            }
            simulation.network.conditions = .ordinary
            try simulation.run { client.isConnected && life.contains("reconnect") }
            #expect(life.contains("disconnect"))
            let account = client.statistics
            #expect(account.dropped[.queueFull, default: 0] > 0 && account.isBalanced)
            let isReplied = try await simulation.run {
                try await client.emit("last", ack: .within(.seconds(60)))
                return true
            }
            #expect(isReplied)
            #expect(
                client.statistics.inFlight == 0 && world.server.statistics.received == client.statistics.acknowledged)
        }
    }

    @Test func `close ends a peer that is too slow for good, and its client begins anew`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits = Self.limits(.close) }
            let (client, peer) = try world.connected()
            var life: [String] = []
            World.record(peer) { life.append($0) }
            simulation.network.partition()
            for n in 1...200 {
                peer.emit("n", n, Self.load)
                simulation.settle()
            }
            #expect(peer.isClosed)
            #expect(life == ["error limit", "disconnect", "error limit", "close"])
            #expect(peer.statistics.isBalanced && world.server.statistics.isBalanced)
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(client.isConnected && world.server.peers.count == 1)
            #expect(world.server.peers.first !== peer)
        }
    }
}
