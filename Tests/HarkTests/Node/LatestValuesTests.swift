import Hark
import HarkTesting
import Testing

@Suite struct LatestValuesTests {
    @Test func `of each name the latest is kept, and no more names than there may be`() async throws {
        try await withSimulation(seed: 1) { simulation in
            let world = try NodeWorld(simulation, 2) { $0.logger = World.silence }
            world.connect(0, 1)
            simulation.run(for: .seconds(5))
            let node = world.nodes[0]
            for number in 0..<4_096 { node.emitLatest("v.\(number)", number) }
            #expect(node.emitLatest("v.7", -7) == .noListeners)
            #expect(node.emitLatest("one.more", 1) == .dropped(.queueFull))
            node.forgetLatest("v.8")
            #expect(node.emitLatest("one.more", 1) == .noListeners)
            var heard: [String: Int] = [:]
            try world.nodes[1].onLatest(">") { event in heard[event.name] = try event.decode(Int.self) }
            simulation.run(for: .seconds(5))
            #expect(heard.count == 4_096)
            #expect(heard["v.7"] == -7 && heard["v.8"] == nil && heard["one.more"] == 1)
            try await world.end()
        }
    }

    @Test func `only what fits is told, a name by itself included`() async throws {
        try await withSimulation(seed: 2) { simulation in
            let world = try NodeWorld(simulation, 2) { $0.logger = World.silence }
            world.connect(0, 1)
            simulation.run(for: .seconds(5))
            for name in ["a", "a.b", "a.c", "b"] { world.nodes[0].emitLatest(name, name) }
            var heard: [[String]] = [[], []]
            try world.nodes[1].onLatest("a.*") { event in heard[0].append(event.name) }
            let subscription = try world.nodes[1].onLatest("b") { event in
                heard[1].append("\(event.name) of \(event.origin ?? "?")")
            }
            simulation.run(for: .seconds(5))
            #expect(heard[0].sorted() == ["a.b", "a.c"] && heard[1] == ["b of n0"])
            subscription.cancel()
            world.nodes[0].emitLatest("b", "b")
            simulation.run(for: .seconds(5))
            #expect(heard[1].count == 1)
            try await world.end()
        }
    }

    @Test func `who comes later is asked as well`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let world = try NodeWorld(simulation, 2) { $0.logger = World.silence }
            var heard: [Int] = []
            try world.nodes[1].onLatest("a") { event in heard.append(try event.decode(Int.self)) }
            world.nodes[0].emitLatest("a", 5)
            simulation.run(for: .seconds(5))
            #expect(heard.isEmpty)
            world.connect(0, 1)
            simulation.run(for: .seconds(5))
            #expect(heard == [5])
            try await world.end()
        }
    }
}
