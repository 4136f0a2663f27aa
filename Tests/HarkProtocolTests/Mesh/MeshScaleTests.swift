import HarkProtocol
import Testing

/// Meshes that are as large as they get.
@Suite struct MeshScaleTests {
    private static func world(_ nodeCount: Int) -> MeshWorld {
        let world = MeshWorld(seed: nodeCount, nodeCount: nodeCount) { $0.hopLimit = MeshSettings.hopLimitMax }
        for node in 1..<nodeCount { world.connect(node, .random(in: 0..<node, using: &world.random)) }
        for node in 0..<nodeCount {
            let other = Int.random(in: 0..<nodeCount, using: &world.random)
            if other != node { world.connect(node, other) }
        }
        return world
    }

    @Test func `a thousand nodes find each other, hear each event once, and say nothing at rest`() {
        let nodeCount = Sweep.count(100, full: 1_000, soak: 2_000)
        let world = Self.world(nodeCount)
        let name = MeshKey(.name, Array("a".utf8))
        for node in 0..<nodeCount { world.want(node, name) }
        #expect(world.runInRounds())
        for node in world.nodes { #expect(node.machine.nodes.count == nodeCount - 1) }
        for node in stride(from: 0, to: nodeCount, by: nodeCount / 10) {
            let before = world.relayCount
            world.emit(node, "a")
            #expect(world.runInRounds())
            // Along a tree: to each node once.
            #expect(world.relayCount - before == nodeCount - 1)
        }
        for node in world.nodes { #expect(node.received.values.allSatisfy { $0.count == 1 }) }
        let before = world.messageCount
        for _ in 0..<60 {
            world.now = world.now + 10_000
            for node in 0..<nodeCount { world.advance(node) }
        }
        #expect(world.messageCount == before)
    }

    @Test func `what one more connection costs grows with the connections, not with all pairs of nodes`() {
        let nodeCount = Sweep.count(100, full: 300, soak: 2_000)
        let world = Self.world(nodeCount)
        world.runInRounds()
        let before = world.messageCount
        world.connect(0, nodeCount - 1)
        #expect(world.runInRounds())
        let count = world.messageCount - before
        // Each node tells each neighbour at most, and those whose ways are shorter now pull again.
        #expect(count < 40 * world.cables.count, "\(count) messages over \(world.cables.count) connections")
    }
}
