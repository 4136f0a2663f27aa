import Hark
import HarkTesting
import Testing

/// Connections that end anywhere.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct VerboseSweepTests {
    private static let sides: [SimulatedCable.Side] = [.dialler, .acceptor]
    private static let count = 6

    private func run(_ simulation: Simulation, _ world: VerboseWorld) -> Client {
        let client = world.client()
        var peers: [Peer] = []
        world.server.onConnection { peers.append($0) }
        client.connect()
        for n in 0..<Self.count {
            client.tell("c\(n)", "event", n)
            simulation.run(for: .milliseconds(n == 2 ? 1_300 : 90))
            peers.last?.tell("s\(n)", "event", n)
        }
        simulation.run(for: .seconds(8))
        return client
    }

    private func check(_ world: VerboseWorld, _ place: String) throws {
        let there = (0..<Self.count).map { "c\($0) \"event\" \($0)" }
        try #require(world.heardThere == there, "\(place)")
        // Before there was a peer nobody could emit there.
        let here = (0..<Self.count).map { "s\($0) \"event\" \($0)" }
        try #require(world.heardHere == here.suffix(world.heardHere.count), "\(place)")
        try #require(world.heardHere.count > 2, "\(place)")
    }

    @Test func `a link cut at any byte goes on, and nothing is lost or comes twice`() async throws {
        var counts: [Int] = []
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            var cables: [SimulatedCable] = []
            simulation.network.onConnection = { cables.append($0) }
            let client = run(simulation, world)
            try check(world, "uncut")
            counts = Self.sides.map { cables[0].byteCount(from: $0) }
            world.close(client)
        }
        let step = SweepSize.of(quick: 7, full: 1, soak: 1)
        for (side, count) in zip(Self.sides, counts) {
            #expect(count > 400)
            for offset in stride(from: side == .dialler ? 0 : 1, through: count, by: step) {
                try await withSimulation { simulation in
                    let world = try await VerboseWorld(simulation)
                    simulation.network.onConnection = { if $0.number == 1 { $0.cut(after: offset, from: side) } }
                    let client = run(simulation, world)
                    try check(world, "cut after \(offset) bytes from \(side)")
                    world.close(client)
                }
            }
        }
    }

    @Test func `over a network that breaks all the time nothing is lost or comes twice`() async throws {
        for seed in 0..<UInt64(SweepSize.of(quick: 10, full: 100, soak: 1_000)) {
            try await withSimulation(seed: seed) { simulation in
                let world = try await VerboseWorld(simulation)
                simulation.network.conditions = .hostile
                let client = world.client()
                var peer: Peer?
                world.server.onConnection { peer = $0 }
                // Work that goes on, and listeners in whose midst the connection ends.
                var pending: [PendingAcknowledgement] = []
                world.server.on("message") { (event: Event) in
                    if simulation.random.isOne(in: 4) { pending.append(event.deferAcknowledgement()) }
                    if pending.count > 3 { pending.removeFirst().acknowledge() }
                }
                client.on("message") { (_: Event) in if simulation.random.isOne(in: 20) { client.reconnect() } }
                client.connect()
                var (there, here) = (0, 0)
                for _ in 0..<60 {
                    for _ in 0..<Int.random(in: 0...6, using: &simulation.random) {
                        client.tell("c\(there)", "event", there)
                        there += 1
                    }
                    for _ in 0..<Int.random(in: 0...6, using: &simulation.random) {
                        guard let peer, !peer.isClosed else { break }
                        peer.tell("s\(here)", "event", here)
                        here += 1
                    }
                    if simulation.random.isOne(in: 10) { client.reconnect() }
                    simulation.run(for: .milliseconds(Int.random(in: 0..<500, using: &simulation.random)))
                }
                simulation.network.conditions = .ordinary
                simulation.network.cutAll()
                simulation.run(for: .seconds(30))
                for work in pending { work.acknowledge() }
                _ = world.takeTold()
                simulation.run(for: .seconds(3))
                let told = Set(world.takeTold())
                try #require(told == ["client acked c\(there - 1)", "peer C acked s\(here - 1)"], "seed \(seed)")
                try #require(world.heardThere == (0..<there).map { "c\($0) \"event\" \($0)" }, "seed \(seed)")
                try #require(world.heardHere == (0..<here).map { "s\($0) \"event\" \($0)" }, "seed \(seed)")
                world.close(client)
            }
        }
    }
}
