import HarkProtocol
import Testing

@Suite struct MeshMachineBarrierTests {
    private static let key = MeshKey(.name, [97])

    @Test(arguments: Sweep.parts)
    func `whoever is confirmed hears what is emitted, whichever node between dies`(part: Int) {
        var earlyCount = 0
        for seed in Sweep.seeds(160, full: 4_000, soak: 200_000, part: part) where Self.storm(seed) { earlyCount += 1 }
        // Otherwise nothing was tried.
        #expect(earlyCount > Sweep.count(1, full: 60, soak: 4_000))
    }

    /// The first node emits as soon as all that listen are confirmed, while relays die and connections come and go.
    ///
    /// - Returns: whether that was before everything was at rest.
    private static func storm(_ seed: Int) -> Bool {
        let world = MeshWorld(seed: seed, nodeCount: 8)
        for node in 1..<8 { world.connect(node, .random(in: 0..<node, using: &world.random)) }
        for _ in 0..<6 {
            let (a, b) = (Int.random(in: 0..<8, using: &world.random), Int.random(in: 0..<8, using: &world.random))
            if a != b { world.connect(a, b) }
        }
        world.endsLate = Bool.random(using: &world.random)
        world.losesApart = Bool.random(using: &world.random)
        world.run(steps: .random(in: 0..<4_000, using: &world.random))
        let listening = [5, 6, 7]
        for node in listening {
            world.run(steps: .random(in: 0..<30, using: &world.random))
            world.want(node, key)
        }
        var emittedEarly = false
        for _ in 0..<200 where !emittedEarly {
            trouble(world)
            emittedEarly = emitIfConfirmed(world, listening.count, whileCalm: false)
        }
        for _ in 0..<40 where emittedEarly { trouble(world) }
        for cable in world.cables { world.raise(cable) }
        #expect(world.run(), "seed \(seed) does not come to rest")
        if !emittedEarly { #expect(emitIfConfirmed(world, listening.count, whileCalm: true), "seed \(seed)") }
        world.run()
        for node in listening {
            #expect(world.nodes[node].received.values.map(\.self) == [[1, 2, 3]], "seed \(seed), node \(node)")
        }
        return emittedEarly
    }

    /// A few steps, and now and then a relay is killed or a connection cut.
    private static func trouble(_ world: MeshWorld) {
        world.run(steps: .random(in: 0..<12, using: &world.random))
        switch Int.random(in: 0..<8, using: &world.random) {
        case 0:
            let relay = Int.random(in: 1..<5, using: &world.random)
            let cables = world.cables.filter { $0.isUp && ($0.ends.0 == relay || $0.ends.1 == relay) }
            world.restart(relay)
            for cable in cables { world.raise(cable) }
        case 1, 2:
            guard let cable = world.cables.randomElement(using: &world.random) else { return }
            if cable.isUp { world.cut(cable) } else { world.raise(cable) }
        default: break
        }
    }

    private static func emitIfConfirmed(_ world: MeshWorld, _ count: Int, whileCalm: Bool) -> Bool {
        guard world.subscriberCount(0, key) >= count else { return false }
        let barrier = world.nodes[0].machine.confirm()
        world.settle(0)
        while world.nodes[0].machine.confirmation(barrier) == .pending {
            guard world.step() else { return false }
            if !whileCalm, Int.random(in: 0..<6, using: &world.random) == 0 { trouble(world) }
        }
        guard world.nodes[0].machine.confirmation(barrier) == .sure, world.subscriberCount(0, key) >= count else {
            return false
        }
        for _ in 0..<3 { world.emit(0, "a") }
        return true
    }

    @Test func `a node without others is confirmed at once`() {
        let world = MeshWorld(seed: 1, nodeCount: 1)
        let barrier = world.nodes[0].machine.confirm()
        #expect(world.nodes[0].machine.confirmation(barrier) == .sure)
    }

    @Test func `a barrier waits for the answer to a pull, and is broken by whoever goes`() {
        let world = MeshWorld(seed: 1, nodeCount: 3)
        world.connect(0, 1)
        let cable = world.connect(1, 2)
        world.run()
        world.want(2, Self.key)
        world.run()
        let first = world.nodes[0].machine.confirm()
        world.settle(0)
        #expect(world.nodes[0].machine.confirmation(first) == .pending)
        // While that is under way the next one covers whoever is counted now.
        let second = world.nodes[0].machine.confirm()
        #expect(second == first + 1)
        world.run()
        #expect(world.nodes[0].machine.confirmation(first) == .sure)
        #expect(world.nodes[0].machine.confirmation(second) == .sure)
        let third = world.nodes[0].machine.confirm()
        world.settle(0)
        world.cut(cable)
        world.run()
        #expect(world.nodes[0].machine.confirmation(third) == .broken)
        #expect(world.subscriberCount(0, Self.key) == 0)
    }
}
