import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct NativeLinkSlowConsumerTests {
    private static let load = Bytes([UInt8](repeating: 1, count: 1_000))

    private static func limits(_ policy: SlowConsumerPolicy, _ overflow: OverflowPolicy = .dropNewest) -> Limits {
        var limits = Limits()
        limits.queueByteCount = 400_000
        limits.highWaterByteCount = 200_000
        limits.lowWaterByteCount = 50_000
        limits.overflow = overflow
        limits.slowConsumer = policy
        return limits
    }

    /// A server with these limits, a client, and its peer.
    private func withPeer(
        _ limits: Limits, _ body: @EventLoop (Simulation, World, Client, Peer) async throws -> Void
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits = limits }
            let (client, peer) = try world.connected()
            try await body(simulation, world, client, peer)
        }
    }

    /// Emits faster than a connection takes that nobody reads from.
    private func overload(_ simulation: Simulation, _ peer: Peer, from first: Int = 1, count: Int = 1_000) {
        for n in first..<first + count {
            peer.emit("n", n, Self.load)
            simulation.settle()
        }
    }

    @Test func `ten times too much: the queue stays within its limit, one event tells of it, and it recovers`()
        async throws
    {
        for overflow in [OverflowPolicy.dropNewest, .dropOldest] {
            try await withPeer(Self.limits(.drop, overflow)) { simulation, world, client, peer in
                var slow: [SlowConsumer] = []
                var atServer: [SlowConsumer] = []
                var drains = 0
                var heard: [Int] = []
                peer.on(.slowConsumer) { slow.append($0) }
                world.server.on(.slowConsumer) { atServer.append($0) }
                peer.on(.drain) { drains += 1 }
                client.on("n") { (n: Int, _: Bytes) in heard.append(n) }
                simulation.network.partition()
                for n in 1...4_000 {
                    peer.emit("n", n, Self.load)
                    simulation.run(for: .milliseconds(2))
                    try #require(peer.queuedByteCount <= 400_000 + 1_100)
                }
                #expect(slow.count == 1 && slow == atServer && drains == 0)
                #expect(slow.first?.peer == peer.id && slow.first?.policy == .drop)
                #expect(slow.first?.duration == Timing().slowConsumer)
                #expect(slow.first.map { $0.queuedByteCount > 200_000 && $0.queuedEventCount > 180 } == true)
                simulation.network.heal()
                try simulation.run { drains == 1 }
                simulation.run(for: .seconds(1))
                #expect(peer.emit("n", 0, Self.load) == .written)
                simulation.run(for: .seconds(1))
                let account = peer.statistics
                #expect(account.isBalanced && account.inFlight == 0 && account.acknowledged == heard.count)
                #expect(account.dropped[overflow == .dropOldest ? .overflow : .queueFull, default: 0] > 3_000)
                #expect(zip(heard, heard.dropFirst().dropLast()).allSatisfy { $0 < $1 })
                #expect(heard.dropLast().last == 4_000 || overflow == .dropNewest)
                #expect(peer.queuedByteCount == 0 && slow.count == 1)
            }
        }
    }

    @Test func `the next episode is told again, and so is what it drops`() async throws {
        try await withPeer(Self.limits(.drop)) { simulation, _, _, peer in
            var told: [String] = []
            peer.on(.slowConsumer) { _ in told.append("slow") }
            peer.on(.error) { told.append("\($0.code)") }
            peer.on(.drain) { told.append("drain") }
            for _ in 1...2 {
                simulation.network.partition()
                overload(simulation, peer)
                simulation.run(for: .seconds(10))
                simulation.network.heal()
                simulation.run(for: .seconds(10))
            }
            #expect(told == ["limit", "slow", "drain", "limit", "slow", "drain"])
        }
    }

    @Test func `who takes what waits in time is not slow, nor who is never behind`() async throws {
        try await withPeer(Self.limits(.disconnect)) { simulation, _, client, peer in
            var isTold = false
            peer.on(.slowConsumer) { _ in isTold = true }
            for _ in 1...3 {
                simulation.network.partition()
                overload(simulation, peer, count: 300)
                simulation.run(for: .seconds(4))
                simulation.network.heal()
                simulation.run(for: .seconds(4))
            }
            #expect(!isTold && client.isConnected && peer.statistics.acknowledged == 900)
        }
    }

    @Test func `pause drops what is new until the queue is low`() async throws {
        try await withPeer(Self.limits(.pause)) { simulation, _, client, peer in
            var heard: [Int] = []
            client.on("n") { (n: Int, _: Bytes) in heard.append(n) }
            simulation.network.partition()
            overload(simulation, peer, count: 300)
            #expect(peer.emit("n", 301, Self.load) == .queued)
            simulation.run(for: .seconds(5))
            overload(simulation, peer, from: 302, count: 98)
            #expect(peer.emit("n", 400, Self.load) == .dropped(.paused))
            simulation.network.heal()
            simulation.run(for: .seconds(1))
            #expect(heard == Array(1...301))
            #expect(peer.emit("n", 401, Self.load) == .written)
            simulation.run(for: .seconds(1))
            #expect(heard.last == 401)
            #expect(peer.statistics.dropped == [.paused: 99] && peer.statistics.isBalanced)
        }
    }

    @Test func `who awaits waits for the end of the pause`() async throws {
        try await withPeer(Self.limits(.pause)) { simulation, _, _, peer in
            simulation.network.partition()
            overload(simulation, peer, count: 150)
            for n in 151...300 { peer.emit("n", n, Self.load, ttl: .seconds(6)) }
            simulation.run(for: .seconds(7))
            // Less than the high-water mark now, and more than the low-water mark.
            #expect(peer.emit("n", 301, Self.load) == .dropped(.paused))
            var isAcknowledged = false
            simulation.start {
                try? await peer.emit("n", 302, Self.load, ack: .within(.seconds(60)))
                isAcknowledged = true
            }
            simulation.settle()
            simulation.network.heal()
            try simulation.run { isAcknowledged }
            #expect(peer.statistics.dropped == [.paused: 1, .expired: 150] && peer.statistics.acknowledged == 151)
        }
    }

    @Test func `a pause ends with its connection`() async throws {
        try await withPeer(Self.limits(.pause)) { simulation, _, client, peer in
            var isPaused = false
            peer.on(.slowConsumer) { _ in isPaused = true }
            simulation.network.partition()
            overload(simulation, peer, count: 300)
            try simulation.run { isPaused }
            var isLost = false
            peer.on(.disconnect) { _ in isLost = true }
            simulation.network.cutAll()
            try simulation.run { isLost }
            #expect(peer.emit("n", 301, Self.load) == .queued)
            simulation.network.heal()
            simulation.run(for: .seconds(20))
            #expect(client.isConnected && peer.statistics.acknowledged == 301)
        }
    }

    @Test func `disconnect ends the connection for good, and its client begins anew`() async throws {
        try await withPeer(Self.limits(.disconnect)) { simulation, world, client, peer in
            var life: [String] = []
            World.record(peer) { life.append($0) }
            peer.on(.slowConsumer) { _ in life.append("slow") }
            simulation.network.partition()
            overload(simulation, peer, count: 300)
            simulation.run(for: .seconds(6))
            #expect(peer.isClosed)
            #expect(life.prefix(2) == ["slow", "disconnect"] && life.last == "close")
            #expect(peer.statistics.isBalanced && world.server.statistics.isBalanced)
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(client.isConnected && world.server.peers.count == 1 && world.server.peers.first !== peer)
        }
    }

    @Test func `a client notices a slow server, and keeps its queue when it disconnects`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected { $0.limits = Self.limits(.disconnect) }
            var slow: [SlowConsumer] = []
            client.on(.slowConsumer) { slow.append($0) }
            simulation.network.partition()
            for n in 1...300 { client.emit("n", n, Self.load) }
            simulation.run(for: .seconds(6))
            #expect(slow.count == 1 && slow.first?.peer == nil && !client.isConnected)
            // While there is no connection nobody is slow.
            simulation.run(for: .seconds(60))
            #expect(slow.count == 1)
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(client.isConnected && world.server.statistics.received == 300)
        }
    }

    @Test func `zero turns it off`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.limits = Self.limits(.disconnect)
                $0.timing.slowConsumer = .zero
            }
            let (_, peer) = try world.connected()
            simulation.network.partition()
            overload(simulation, peer, count: 300)
            simulation.run(for: .seconds(10))
            #expect(!peer.isClosed)
        }
    }
}
