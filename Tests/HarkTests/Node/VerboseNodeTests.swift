import Hark
import HarkTesting
import Testing

@Suite struct VerboseNodeTests {
    @EventLoop private static func world(_ simulation: Simulation, _ count: Int) throws -> NodeWorld {
        try NodeWorld(simulation, count) { $0.dialect = .verbose }
    }

    /// Everybody is connected who should be.
    @EventLoop private static func settle(_ world: NodeWorld, _ counts: [Int]) throws {
        try world.simulation.run(within: .seconds(60)) {
            zip(world.nodes, counts).allSatisfy { node, count in
                node.peers.count { $0.state == .connected } == count
            }
        }
    }

    /// The numbers that arrived, whoever passed them on.
    @EventLoop private static func numbers(_ world: NodeWorld, _ index: Int) -> [Int] {
        world.heard[index].values.flatMap { $0 }
    }

    @Test func `an event reaches every node of a chain once`() async throws {
        try await withSimulation(seed: 1) { simulation in
            let world = try Self.world(simulation, 4)
            world.listen()
            for index in 1..<4 { world.connect(index, index - 1) }
            try Self.settle(world, [1, 2, 2, 1])
            for number in 0..<20 { world.nodes[0].emit("n", number) }
            simulation.run(for: .seconds(1))
            for index in 1..<4 { #expect(world.heard[index] == ["n\(index - 1)": Array(0..<20)]) }
            #expect(world.heard[0].isEmpty)
            try await world.end()
        }
    }

    @Test(arguments: [3, 4]) func `nothing comes twice where all are connected to all`(_ count: Int) async throws {
        try await withSimulation(seed: 2) { simulation in
            let world = try Self.world(simulation, count)
            world.listen()
            for a in 0..<count { for b in 0..<a { world.connect(a, b) } }
            try Self.settle(world, Array(repeating: count - 1, count: count))
            for number in 0..<20 { for node in world.nodes { node.emit("n", number) } }
            simulation.run(for: .seconds(1))
            for index in 0..<count {
                let numbers = Self.numbers(world, index)
                #expect(numbers.count == 20 * (count - 1))
                for number in 0..<20 { #expect(numbers.count { $0 == number } == count - 1) }
            }
            try await world.end()
        }
    }

    @Test func `nothing comes twice in a ring of five`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let world = try Self.world(simulation, 5)
            world.listen()
            for index in 0..<5 { world.connect(index, (index + 1) % 5) }
            try Self.settle(world, [2, 2, 2, 2, 2])
            for number in 0..<20 { world.nodes[0].emit("n", number) }
            simulation.run(for: .seconds(1))
            for index in 1..<5 { #expect(Self.numbers(world, index).sorted() == Array(0..<20)) }
            #expect(world.heard[0].isEmpty)
            try await world.end()
        }
    }

    @Test func `events wait for the first connection and while it is lost`() async throws {
        try await withSimulation(seed: 4) { simulation in
            let world = try Self.world(simulation, 2)
            world.listen(1)
            var kinds: [String] = []
            world.nodes[0].on(.peer) { happening in
                kinds.append("\(happening.kind)".prefix { $0 != "(" }.description)
            }
            world.connect(0, 1)
            #expect(world.nodes[0].emit("n", 0) == .queued)
            try Self.settle(world, [1, 1])
            simulation.run(for: .seconds(3))
            #expect(kinds.prefix(3) == ["connect", "peerid", "initialized"])
            #expect(kinds.contains("acknowledge"))
            simulation.network.partition()
            simulation.run(for: .seconds(20))
            world.nodes[0].emit("n", 1)
            simulation.run(for: .seconds(60))
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            world.nodes[0].emit("n", 2)
            simulation.run(for: .seconds(1))
            #expect(world.heard[1] == ["n0": [0, 1, 2]])
            #expect(kinds.contains("disconnect") && kinds.contains("backoff") && kinds.contains("reconnect"))
            try await world.end()
        }
    }

    @Test func `no more waits for a peer than allowed`() async throws {
        try await withSimulation(seed: 5) { simulation in
            let world = try NodeWorld(simulation, 2) {
                $0.dialect = .verbose
                $0.bufferMax = 10
            }
            world.listen(1)
            world.connect(0, 1)
            for number in 0..<25 { world.nodes[0].emit("n", number) }
            try Self.settle(world, [1, 1])
            simulation.run(for: .seconds(1))
            #expect(world.heard[1] == ["n0": Array(15..<25)])
            try await world.end()
        }
    }

    @Test func `what the wire does not have is refused with a reason`() async throws {
        try await withSimulation(seed: 6) { simulation in
            let world = try Self.world(simulation, 1)
            let node = world.nodes[0]
            #expect(throws: HarkError.self) { try node.join("room") }
            #expect(throws: HarkError.self) { try node.on("job", group: "workers") { () in } }
            await #expect(throws: HarkError.self) {
                let _: Int = try await simulation.run { try await node.request("sum") }
            }
            try await world.end()
        }
    }
}
