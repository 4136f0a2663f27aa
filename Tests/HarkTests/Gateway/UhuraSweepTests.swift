import Hark
import HarkTesting
import Testing

/// Connections that end anywhere.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct UhuraSweepTests {
    private static let sides: [SimulatedCable.Side] = [.dialler, .acceptor]

    /// How many bytes each side sends when nothing breaks.
    private func byteCounts(_ defersWork: Bool) async throws -> [Int] {
        try await withSimulation { simulation in
            let script = try await UhuraScript(simulation, defersWork: defersWork)
            var cables: [SimulatedCable] = []
            simulation.network.onConnection = { cables.append($0) }
            try script.run()
            try script.check("uncut")
            let cable = try #require(cables.first)
            defer { script.close() }
            try #require(cables.count == 1)
            return Self.sides.map(cable.byteCount)
        }
    }

    @Test(arguments: [false, true])
    func `a session cut at any byte goes on, and nothing is lost or comes twice`(_ defersWork: Bool) async throws {
        let counts = try await byteCounts(defersWork)
        // While developing every third place, from another one for either side.
        let step = SweepSize.of(quick: 3, full: 1, soak: 1)
        for (side, count) in zip(Self.sides, counts) {
            #expect(count > 500)
            for offset in stride(from: side == .dialler ? 0 : 1, through: count, by: step) {
                try await withSimulation { simulation in
                    let script = try await UhuraScript(simulation, defersWork: defersWork)
                    simulation.network.onConnection = { if $0.number == 1 { $0.cut(after: offset, from: side) } }
                    try script.run()
                    try script.check("cut after \(offset) bytes from \(side)")
                    script.close()
                }
            }
        }
    }

    @Test func `two cuts, the second one while the session is taken up again, lose nothing either`() async throws {
        for offset in stride(from: 60, through: 1_000, by: SweepSize.of(quick: 97, full: 13, soak: 7)) {
            for again in stride(from: 0, through: 600, by: SweepSize.of(quick: 53, full: 11, soak: 3)) {
                try await withSimulation { simulation in
                    let script = try await UhuraScript(simulation, defersWork: offset % 2 == 0)
                    simulation.network.onConnection = { cable in
                        if cable.number == 1 { cable.cut(after: offset, from: .dialler) }
                        if cable.number == 2 { cable.cut(after: again, from: again % 2 == 0 ? .dialler : .acceptor) }
                    }
                    try script.run()
                    try script.check("cut after \(offset) bytes, then \(again)")
                    script.close()
                }
            }
        }
    }

    @Test func `whatever breaks, each event arrives once and in order, both ways`() async throws {
        for seed in 1...UInt64(SweepSize.of(quick: 60, full: 5_000, soak: 200_000)) {
            let conditions = [NetworkConditions.ordinary, .narrow, .hostile, .hostile][Int(seed % 4)]
            try await withSimulation(seed: seed, conditions: conditions) { simulation in
                try await UhuraWorld(simulation).run()
            }
        }
    }

    @Test func `an original client that is cut anywhere loses nothing`() async throws {
        for side in Self.sides {
            for offset in stride(from: 0, through: 900, by: SweepSize.of(quick: 5, full: 1, soak: 1)) {
                try await withSimulation { simulation in
                    let world = try await World(simulation) { $0.dialect = .uhura }
                    let original = OriginalUhuraClient(simulation, world.endpoint)
                    var pings: [Int] = []
                    var pongCount = 0
                    world.server.onConnection { peer in
                        peer.on("ping") { (n: Int) in
                            pings.append(n)
                            peer.emit("pong", n)
                            pongCount += 1
                        }
                    }
                    simulation.network.onConnection = { if $0.number == 1 { $0.cut(after: offset, from: side) } }
                    original.connect()
                    simulation.run(for: .milliseconds(30))
                    for n in 0..<8 {
                        original.send("ping", n)
                        simulation.run(for: .milliseconds(n % 3 == 0 ? 2 : 15))
                    }
                    simulation.run(for: .seconds(10))
                    let place = "cut after \(offset) bytes from \(side)"
                    // What it throws at a doomed attempt in the form without ids is gone, that is its own fault.
                    let kept = (0..<8).filter { !original.lost.contains($0) }
                    try #require(pings.filter { kept.contains($0) } == kept, "\(place)")
                    try #require(Set(original.heard).isSuperset(of: pings), "\(place): \(original.heard) of \(pings)")
                    try #require(original.unacknowledgedCount == 0, "\(place)")
                    try #require(world.server.statistics.inFlight == 0, "\(place)")
                    original.close()
                    simulation.start { await world.server.close() }
                    simulation.run(for: .seconds(10))
                }
            }
        }
    }

    @Test func `with an original server that forgets and repeats, none of the client's events is lost`() async throws {
        for side in Self.sides {
            for offset in stride(from: 0, through: 900, by: SweepSize.of(quick: 5, full: 1, soak: 1)) {
                try await withSimulation { simulation in
                    let original = try OriginalUhuraServer(simulation)
                    var options = simulation.clientOptions()
                    options.dialect = .uhura
                    options.logger = World.silence
                    let client = Client(to: original.endpoint, options: options)
                    var pongs: [Int] = []
                    client.on("pong") { (n: Int) in pongs.append(n) }
                    client.autoReconnect()
                    simulation.network.onConnection = { if $0.number == 1 { $0.cut(after: offset, from: side) } }
                    client.connect()
                    client.emit("ping", 0)
                    simulation.run(for: .milliseconds(30))
                    for n in 1..<8 {
                        client.emit("ping", n)
                        simulation.run(for: .milliseconds(n % 3 == 0 ? 2 : 15))
                    }
                    simulation.run(for: .seconds(10))
                    let place = "cut after \(offset) bytes from \(side)"
                    // It does not remember ids: what it hears twice it hears again in order.
                    var firsts: [Int] = []
                    for n in original.heard where !firsts.contains(n) { firsts.append(n) }
                    try #require(firsts == Array(0..<8), "\(place): \(original.heard)")
                    try #require(original.droppedCount == 0, "\(place)")
                    try #require(client.statistics.acknowledged == 8 && client.statistics.inFlight == 0, "\(place)")
                    try #require(zip(pongs, pongs.dropFirst()).allSatisfy { $0 <= $1 }, "\(place)")
                    simulation.start { await client.close() }
                    simulation.run(for: .seconds(10))
                    original.close()
                }
            }
        }
    }
}
