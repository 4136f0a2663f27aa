import Hark
import HarkTesting
import Testing

@Suite struct MeshPausesTests {
    @Test func `a relay slows down who sends more than can be passed on, and nothing is lost`() async throws {
        var conditions = NetworkConditions.ordinary
        conditions.bufferByteCount = 16 << 10
        try await withSimulation(seed: 1, conditions: conditions) { simulation in
            let world = try NodeWorld(simulation, 4) {
                $0.limits.highWaterByteCount = 32 << 10
                $0.limits.lowWaterByteCount = 8 << 10
                $0.limits.queueByteCount = 512 << 10
            }
            var heard: [String: [Int]] = [:]
            world.nodes[2].on("big") { (event: Event) in
                let (number, _) = try event.decode(Int.self, Bytes.self)
                heard[event.origin ?? "?", default: []].append(number)
            }
            for index in [0, 2, 3] { world.connect(index, 1) }
            for index in [0, 3] {
                try simulation.run(within: .seconds(60)) { world.nodes[index].subscriberCount(of: "big") == 1 }
                let node = world.nodes[index]
                simulation.start {
                    for number in 0..<1_500 {
                        node.emit("big", number, Bytes(repeatElement(7, count: 1_000)))
                        try? await node.drained()
                    }
                }
            }
            simulation.run(for: .seconds(120))
            #expect(heard == ["n0": Array(0..<1_500), "n3": Array(0..<1_500)])
            #expect(world.nodes[1].statistics.dropped.isEmpty)
            try await world.end()
        }
    }
}
