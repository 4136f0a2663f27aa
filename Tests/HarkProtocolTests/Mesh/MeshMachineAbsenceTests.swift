import HarkProtocol
import HarkWire
import Testing

/// Nodes that are away, or too far away, for so long that others forget them.
@Suite struct MeshMachineAbsenceTests {
    private static let name = MeshKey(.name, [97])

    private static func chain(_ count: Int, _ adapt: @escaping (inout MeshSettings) -> Void = { _ in }) -> MeshWorld {
        let world = MeshWorld(seed: 1, nodeCount: count, adapt: adapt)
        for node in 1..<count { world.connect(node - 1, node) }
        for node in 0..<count { world.want(node, name) }
        world.run()
        return world
    }

    private static func advance(_ world: MeshWorld, by milliseconds: UInt64, _ indices: [Int]? = nil) {
        world.now = world.now + milliseconds
        for index in indices ?? Array(world.nodes.indices) { world.advance(index) }
        world.run()
    }

    @Test func `who was too far away for long is heard when it comes near`() {
        let world = Self.chain(6) { $0.hopLimit = 1 }
        Self.advance(world, by: 2_000_000)
        Self.advance(world, by: 2_000_000)
        world.connect(1, 5)
        world.run()
        #expect(world.nodes[0].machine.nodes.map(\.identity.id).sorted() == ["n1", "n2", "n5"])
        world.emit(5, "a")
        world.run()
        #expect(world.nodes[0].received[world.nodes[5].identity]?.count == 1)
    }

    @Test func `an island that comes back while it is being forgotten is heard everywhere`() {
        // Each of those that stay forgets at another moment.
        for moment in UInt64(0)..<20 {
            let world = Self.chain(5)
            let cable = world.cables[2]
            world.cut(cable)
            world.run()
            let absence = world.nodes[0].machine.settings.absence
            Self.advance(world, by: absence - 6_000 - (moment > 9 ? absence / 2 : 0))
            for step in 0..<moment % 10 { Self.advance(world, by: 1_000, [Int(step % 3), 3 + Int(step % 2)]) }
            world.raise(cable)
            world.run()
            for index in 0..<5 {
                #expect(world.nodes[index].machine.nodes.count == 4, "node \(index), moment \(moment)")
                world.emit(index, "a")
            }
            world.run()
            for node in world.nodes { #expect(node.received.count == 4) }
        }
    }

    @Test func `who was started again a thousand times is forgotten a thousand times`() {
        let world = Self.chain(4) {
            $0.nodeCountMax = 50
            $0.absence = 10_000
        }
        for round in 0..<200 {
            world.restart(3)
            world.raise(world.cables[2])
            world.run()
            Self.advance(world, by: 1_000)
            #expect(world.nodes[0].machine.nodes.count == 3, "round \(round)")
        }
        world.want(3, Self.name)
        world.run()
        world.emit(0, "a")
        world.emit(3, "a")
        world.run()
        #expect(world.nodes[3].received[world.nodes[0].identity]?.count == 1)
        #expect(world.nodes[0].received[world.nodes[3].identity]?.count == 1)
        #expect(world.nodes.allSatisfy { $0.refusals.isEmpty })
    }

    @Test func `a mesh at rest says nothing, however long`() {
        let world = Self.chain(6) { $0.hopLimit = 2 }
        let before = world.messageCount
        for _ in 0..<3_600 { Self.advance(world, by: 1_000) }
        #expect(world.messageCount == before)
    }
}
