import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct NativeLinkExpiringTests {
    private static let n = EventKey<Int>("n")

    /// A server, and a client that is not connected yet.
    private func withClient(
        _ body: @EventLoop (Simulation, World, Client) async throws -> Void
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            try await body(simulation, world, world.client())
        }
    }

    private func heard(_ world: World) -> () -> [Int] {
        var heard: [Int] = []
        world.server.on("n") { (n: Int) in heard.append(n) }
        return { heard }
    }

    @Test func `what could not be sent in time is dropped, and the rest keeps its order`() async throws {
        try await withClient { simulation, world, client in
            let heard = heard(world)
            for n in 0..<30 {
                switch n % 3 {
                case 0: client.emit("n", n)
                case 1: client.emit("n", n, ttl: .seconds(2))
                default: client.emit(Self.n, n, ttl: .seconds(60))
                }
            }
            simulation.run(for: .milliseconds(1_999))
            #expect(client.statistics.inFlight == 30)
            simulation.run(for: .milliseconds(1))
            #expect(client.statistics.inFlight == 20 && client.statistics.dropped == [.expired: 10])
            client.connect()
            simulation.run(for: .seconds(10))
            #expect(heard() == (0..<30).filter { $0 % 3 != 1 })
            #expect(client.statistics.acknowledged == 20 && client.statistics.isBalanced)
        }
    }

    @Test func `what is sent in time arrives, however long that takes`() async throws {
        try await withClient { simulation, world, client in
            let heard = heard(world)
            client.connect()
            try simulation.run { client.isConnected }
            simulation.network.partition()
            #expect(client.emit("n", 1, ttl: .milliseconds(10)) == .written)
            simulation.run(for: .seconds(8))
            simulation.network.heal()
            simulation.run(for: .seconds(1))
            #expect(heard() == [1] && client.statistics.acknowledged == 1 && client.statistics.dropped.isEmpty)
        }
    }

    @Test func `an event without time is not even queued`() async throws {
        try await withClient { _, _, client in
            #expect(client.emit("n", 1, ttl: .zero) == .dropped(.expired))
            #expect(client.emit("n", values: [.int(1)], ttl: .seconds(-1)) == .dropped(.expired))
            #expect(client.statistics.dropped == [.expired: 2] && client.statistics.isBalanced)
        }
    }

    @Test func `who waits for an event that expires is told, others get their acknowledgement`() async throws {
        try await withClient { simulation, world, client in
            var ends: [Int: HarkError.Code?] = [:]
            for n in 0..<10 {
                let ttl: Duration = n % 2 == 0 ? .seconds(1) : .seconds(100)
                client.emit("n", n, ack: .within(.seconds(60)), ttl: ttl) { ends[n] = .some($0?.code) }
            }
            simulation.run(for: .seconds(1))
            #expect(ends == Dictionary(uniqueKeysWithValues: [0, 2, 4, 6, 8].map { ($0, .expired) }))
            client.connect()
            try simulation.run { ends.count == 10 }
            #expect([1, 3, 5, 7, 9].allSatisfy { ends[$0] == .some(nil) })
            simulation.start {
                do {
                    try await client.emit("n", 10, ack: .within(.seconds(1)), ttl: .zero)
                } catch let error as HarkError {
                    ends[10] = error.code
                } catch {}
            }
            simulation.settle()
            #expect(ends[10] == .expired)
        }
    }

    @Test func `what expires makes room`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client {
                $0.limits.queueByteCount = 1_000
                $0.limits.highWaterByteCount = 500
                $0.limits.lowWaterByteCount = 100
            }
            var drains = 0
            client.on(.drain) { drains += 1 }
            while client.emit("n", 1, ttl: .seconds(1)) == .queued {}
            #expect(client.emit("n", 2) == .dropped(.queueFull))
            simulation.run(for: .seconds(1))
            #expect(drains == 1 && client.emit("n", 3) == .queued)
            #expect(client.statistics.inFlight == 1 && client.statistics.isBalanced)
        }
    }

    @Test func `within a session what may have arrived is sent again, later than its time`() async throws {
        try await withClient { simulation, world, client in
            let heard = heard(world)
            client.connect()
            try simulation.run { client.isConnected }
            simulation.network.partition()
            for n in 0..<5 { client.emit("n", n, ttl: .milliseconds(100)) }
            simulation.settle()
            simulation.network.cutAll()
            try simulation.run { !client.isConnected }
            for n in 5..<10 { client.emit("n", n, ttl: .milliseconds(100)) }
            simulation.run(for: .seconds(1))
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(heard() == Array(0..<5))
            #expect(client.statistics.dropped == [.expired: 5] && client.statistics.acknowledged == 5)
        }
    }

    @Test func `in a new session it is not, and nobody knows whether it arrived`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions = .none }
            let client = world.client()
            let heard = heard(world)
            var ends: [HarkError.Code?] = []
            client.connect()
            try simulation.run { client.isConnected }
            simulation.network.partition()
            for n in 0..<3 { client.emit("n", n, ttl: .milliseconds(100)) }
            client.emit("n", 3, ack: .within(.seconds(600)), ttl: .milliseconds(100)) { ends.append($0?.code) }
            client.emit("n", 4, ack: .within(.seconds(600))) { ends.append($0?.code) }
            simulation.settle()
            simulation.network.cutAll()
            try simulation.run { !client.isConnected }
            client.emit("n", 5)
            simulation.run(for: .milliseconds(100))
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(heard() == [4, 5])
            #expect(ends == [.timeout, nil])
            #expect(client.statistics.unknown == 4 && client.statistics.acknowledged == 2)
            #expect(client.statistics.isBalanced)
        }
    }

    @Test func `a server's event expires at each peer that does not take it`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (first, _) = try world.connected()
            let (second, peer) = try world.connected()
            var heard: [Int] = []
            first.on("n") { (n: Int) in heard.append(n) }
            second.on("n") { (n: Int) in heard.append(10 + n) }
            let cable = try #require(simulation.network.cables.last)
            cable.cut()
            try simulation.run { !second.isConnected }
            world.server.emit("n", 1, ttl: .milliseconds(1))
            world.server.emit("n", 2)
            #expect(peer.statistics.inFlight == 2)
            simulation.run(for: .seconds(60))
            #expect(heard.sorted() == [1, 2, 12])
            #expect(world.server.statistics.dropped == [.expired: 1] && world.server.statistics.isBalanced)
        }
    }

    @Test func `an event from another thread may expire, and reaches the emitter's own listeners first`() async throws {
        try await withClient { simulation, world, client in
            let heard = heard(world)
            var local: [Int] = []
            let isTaken = Signal()
            client.on("n") { (n: Int) in
                local.append(n)
                isTaken.fire()
            }
            let result = await Task.detached { client.emit("n", 1, ttl: .seconds(3_600)) }.value
            _ = await Task.detached { client.emit("n", 2, ttl: .zero) }.value
            client.echo = .remoteThenLocal
            _ = await Task.detached { client.emit("n", 3, ttl: .seconds(3_600)) }.value
            await isTaken.wait()
            client.emit("n", 4, ttl: .seconds(7_200))
            #expect(result == .queued)
            #expect(local == [3, 4])
            #expect(client.statistics.dropped == [.expired: 1])
            #expect(client.statistics.inFlight == 3)
            simulation.run(for: .seconds(3_601))
            client.connect()
            simulation.run(for: .seconds(1))
            #expect(heard() == [4])
            #expect(client.statistics.dropped == [.expired: 3] && client.statistics.isBalanced)
        }
    }

    @Test func `mixed times to live, and events that give way to others`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client {
                $0.limits.queueByteCount = 2_000
                $0.limits.overflow = .dropOldest
            }
            let heard = heard(world)
            var kept: [(n: Int, deadline: Int)] = []
            for n in 0..<1_000 {
                let ttl = Int.random(in: 1...400, using: &simulation.random)
                client.emit("n", n, ttl: .milliseconds(ttl))
                kept.append((n, n + ttl))
                simulation.run(for: .milliseconds(1))
            }
            simulation.run(for: .milliseconds(20))
            let inFlight = client.statistics.inFlight
            #expect(inFlight > 50 && inFlight <= 200)
            #expect(client.statistics.isBalanced)
            client.connect()
            simulation.run(for: .milliseconds(200))
            let left = heard()
            #expect(!left.isEmpty && zip(left, left.dropFirst()).allSatisfy { $0 < $1 })
            #expect(left.allSatisfy { kept[$0].deadline > 1_020 })
            #expect(left.count == client.statistics.acknowledged)
            simulation.run(for: .seconds(1))
            #expect(client.statistics.inFlight == 0 && client.statistics.isBalanced)
        }
    }
}
