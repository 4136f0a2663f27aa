import Hark
import HarkTesting
import Testing

/// Random meshes in hostile networks. What holds must hold for every seed.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct NodeSweepTests {
    private static func conditions(_ seed: UInt64) -> NetworkConditions {
        switch seed % 4 {
        case 0: .ordinary
        case 1: .narrow
        default: .hostile
        }
    }

    @Test func `each event is heard once and in order, whatever happens to connections and nodes`() async throws {
        for seed in 1...UInt64(SweepSize.of(quick: 50, full: 300, soak: 20_000)) {
            try await withSimulation(seed: seed) { simulation in
                let nodes = try SweptNodes(simulation, count: .random(in: 2...8, using: &simulation.random))
                try nodes.settle()
                simulation.network.conditions = Self.conditions(seed)
                for _ in 0..<20 { try await nodes.happen() }
                simulation.network.conditions = .ordinary
                simulation.network.heal()
                try nodes.settle()
                // Connections that are lost without a word are noticed.
                simulation.run(for: .seconds(120))
                for index in 0..<nodes.count { nodes.emit(index) }
                simulation.run(for: .seconds(10))
                nodes.check()
                // They come to rest, and an event goes to each of them once.
                let before = nodes.sentCount
                simulation.run(for: .seconds(120))
                #expect(nodes.sentCount == before, "seed \(seed)")
                for index in 0..<nodes.count { #expect(nodes.emit(index) == .written) }
                simulation.run(for: .seconds(2))
                #expect(nodes.sentCount - before == nodes.count * (nodes.count - 1), "seed \(seed)")
                nodes.check()
                try await nodes.world.end()
            }
        }
    }

    @Test func `parts that were apart for minutes miss nothing of each other`() async throws {
        for seed in 1...UInt64(SweepSize.of(quick: 10, full: 100, soak: 2_000)) {
            try await withSimulation(seed: seed) { simulation in
                let nodes = try SweptNodes(simulation, count: 8)
                try nodes.settle()
                nodes.part(at: 4)
                for _ in 0..<20 {
                    for index in 0..<8 { nodes.emit(index) }
                    simulation.run(for: .seconds(.random(in: 0..<20, using: &simulation.random)))
                }
                nodes.merge()
                try nodes.settle()
                simulation.run(for: .seconds(60))
                nodes.check()
                try await nodes.world.end()
            }
        }
    }

    @Test func `a burst over slow relays arrives whole, or what is missing is told`() async throws {
        for seed in 1...UInt64(SweepSize.of(quick: 10, full: 100, soak: 2_000)) {
            try await withSimulation(seed: seed) { simulation in
                let world = try NodeWorld(simulation, 4) {
                    $0.logger = World.silence
                    $0.limits.queueByteCount = 64 << 10
                    $0.limits.highWaterByteCount = 8 << 10
                    $0.limits.lowWaterByteCount = 4 << 10
                }
                for node in world.nodes { node.on(.error) { _ in } }
                for index in 1..<4 { world.connect(index, index - 1) }
                var heard = [[Int]](repeating: [], count: 4)
                var lost = [Int](repeating: 0, count: 4)
                for index in 1..<4 {
                    world.nodes[index].on("n") { (number: Int, _: String) in heard[index].append(number) }
                    world.nodes[index].on(.eventLoss) { lost[index] += $0.eventCount }
                }
                try world.ready(0, 3)
                simulation.network.conditions = seed % 2 == 0 ? .narrow : .ordinary
                let text = String(repeating: "x", count: 500)
                var count = 0
                for number in 0..<2_000 {
                    let result = world.nodes[0].emit("n", number, text)
                    if result == .written || result == .queued { count += 1 }
                    if number % 50 == 0 { simulation.run(for: .milliseconds(5)) }
                }
                simulation.network.conditions = .ordinary
                simulation.run(for: .seconds(300))
                for index in 1..<4 {
                    #expect(heard[index].count + lost[index] == count, "seed \(seed): \(index)")
                    #expect(heard[index] == heard[index].sorted(), "seed \(seed): \(index)")
                }
                try await world.end()
            }
        }
    }

    @Test func `what a node at rest sends depends on its connections, not on how many nodes there are`() async throws {
        var costs: [Int] = []
        for count in [3, SweepSize.of(quick: 60, full: 120, soak: 1_000)] {
            try await withSimulation(seed: 1) { simulation in
                // A ring: two connections for each node.
                let world = try NodeWorld(simulation, count) {
                    $0.logger = World.silence
                    $0.hopLimit = 254
                }
                world.listen()
                for index in 0..<count { world.connect(index, (index + 1) % count) }
                // One to begin with and one at the other side, which is far enough.
                for index in [0, count / 2] { try world.ready(index, min(count - 1, 508)) }
                simulation.run(for: .seconds(60))
                let before = Self.byteCount(simulation)
                simulation.run(for: .seconds(600))
                #expect(simulation.network.cables.count == count)
                costs.append((Self.byteCount(simulation) - before) / count / 10)
                try await world.end()
            }
        }
        // Bytes for each node and minute: heartbeats, and pings that measure round trips.
        #expect(costs[0] > 0 && costs[0] < 3_000)
        #expect(abs(costs[1] - costs[0]) * 20 < costs[0], "\(costs)")
    }

    private static func byteCount(_ simulation: Simulation) -> Int {
        simulation.network.cables.reduce(0) { $0 + $1.byteCount(from: .dialler) + $1.byteCount(from: .acceptor) }
    }
}
