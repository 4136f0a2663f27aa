import HarkProtocol
import HarkWire
import Testing

@Suite struct MeshMachineTests {
    private static let names = ["a", "b", "c", "d"]

    private static func key(_ name: String) -> MeshKey { MeshKey(.name, Array(name.utf8)) }

    /// A connected graph, from a tree to twice as many connections, whose nodes want about half of the names each.
    private static func world(
        _ seed: Int, _ nodeCount: Int, skipsWire: Bool = false
    ) -> (world: MeshWorld, wants: [Set<String>]) {
        let world = MeshWorld(seed: seed, nodeCount: nodeCount) { $0.hopLimit = nodeCount }
        world.skipsWire = skipsWire
        for node in 1..<nodeCount { world.connect(node, .random(in: 0..<node, using: &world.random)) }
        for _ in 0..<Int.random(in: 0...nodeCount, using: &world.random) {
            let (a, b) = (
                Int.random(in: 0..<nodeCount, using: &world.random), Int.random(in: 0..<nodeCount, using: &world.random)
            )
            if a != b { world.connect(a, b) }
        }
        let wants = (0..<nodeCount).map { _ in Set(names.filter { _ in Bool.random(using: &world.random) }) }
        func listen() {
            for node in 0..<nodeCount {
                for name in names where wants[node].contains(name) { world.want(node, key(name)) }
            }
        }
        // Before they find each other, or afterwards; one message after the other, or all at once as sockets have it.
        let listensFirst = Bool.random(using: &world.random)
        if listensFirst { listen() }
        let inRounds = Int.random(in: 0..<4, using: &world.random) > 0
        if inRounds { world.runInRounds() } else { world.run() }
        if !listensFirst { listen() }
        if inRounds { world.runInRounds() }
        return (world, wants)
    }

    /// Every node has heard every event that it wants of every node that lives, once and in order.
    private static func check(
        _ world: MeshWorld, _ wants: [Set<String>], restarted: Set<Int> = [], _ seed: Int
    ) {
        for (hearing, node) in world.nodes.enumerated() {
            // A process that has died may still seem to be there when the next one comes.
            let refusals = node.refusals.filter { if case .duplicate = $0 { restarted.isEmpty } else { true } }
            #expect(refusals.isEmpty, "seed \(seed)")
            for name in names {
                let count = wants.enumerated().filter { $0.offset != hearing && $0.element.contains(name) }.count
                #expect(world.subscriberCount(hearing, key(name)) == count, "seed \(seed): \(name) of \(hearing)")
            }
            for (emitting, origin) in world.nodes.enumerated()
            where hearing != emitting && !restarted.contains(emitting) {
                let wanted = origin.emitted.filter {
                    wants[hearing].contains(String(decoding: $0.key.text, as: UTF8.self))
                }
                let heard = node.received[origin.identity] ?? []
                // Who was started again begins with something, and then hears everything.
                let expected = restarted.contains(hearing) ? wanted.suffix(heard.count) : wanted[...]
                #expect(heard == expected.map(\.number), "seed \(seed): \(emitting) to \(hearing)")
            }
        }
    }

    @Test(arguments: Sweep.parts)
    func `each event is dispatched once per interested node and sent over no edge twice`(part: Int) {
        for seed in Sweep.seeds(8, full: 10_000, soak: 100_000, part: part) {
            let (world, wants) = Self.world(seed, 50, skipsWire: part > 0)
            world.run()
            let before = world.relayCount
            var eventCount = 0
            for _ in 0..<20 {
                let node = Int.random(in: 0..<50, using: &world.random)
                if world.emit(node, Self.names[Int.random(in: 0..<4, using: &world.random)]) { eventCount += 1 }
                world.run(steps: .random(in: 0..<20, using: &world.random))
            }
            #expect(world.run(), "seed \(seed) does not come to rest")
            Self.check(world, wants, seed)
            #expect(world.relayCount - before <= eventCount * world.cables.count, "seed \(seed)")
        }
    }

    @Test(arguments: Sweep.parts)
    func `nothing is lost or doubled while connections come and go`(part: Int) {
        storms(part, restarts: false)
    }

    @Test(arguments: Sweep.parts)
    func `nothing is lost or doubled between those who live while others die and are started again`(part: Int) {
        storms(part, restarts: true)
    }

    private func storms(_ part: Int, restarts: Bool) {
        for seed in Sweep.seeds(64, full: 1_000, soak: 50_000, part: part) {
            storm(seed, nodeCount: 8, restarts: restarts)
        }
        for seed in Sweep.seeds(2, full: 80, soak: 2_000, part: part) { storm(seed, nodeCount: 50, restarts: restarts) }
    }

    private func storm(_ seed: Int, nodeCount: Int, restarts: Bool) {
        let (world, wants) = Self.world(seed, nodeCount)
        world.run()
        world.endsLate = seed & 1 != 0
        world.losesApart = seed & 2 != 0
        var restarted: Set<Int> = []
        for _ in 0..<60 {
            let node = Int.random(in: 0..<nodeCount, using: &world.random)
            world.emit(node, Self.names[Int.random(in: 0..<4, using: &world.random)])
            world.run(steps: .random(in: 0..<20, using: &world.random))
            if Int.random(in: 0..<4, using: &world.random) == 0,
                let cable = world.cables.randomElement(using: &world.random)
            {
                if cable.isUp { world.cut(cable) } else { world.raise(cable) }
            }
            guard restarts, Int.random(in: 0..<12, using: &world.random) == 0 else { continue }
            let dying = Int.random(in: 0..<nodeCount, using: &world.random)
            let cables = world.cables.filter { $0.isUp && ($0.ends.0 == dying || $0.ends.1 == dying) }
            world.restart(dying)
            restarted.insert(dying)
            for name in wants[dying] { world.want(dying, Self.key(name)) }
            for cable in cables { world.raise(cable) }
        }
        for cable in world.cables { world.raise(cable) }
        #expect(world.run(), "seed \(seed) does not come to rest")
        Self.check(world, wants, restarted: restarted, seed)
    }

    @Test func `names beyond those that have numbers travel as well, and are sent again`() {
        let world = MeshWorld(seed: 1, nodeCount: 3)
        let cable = world.connect(0, 1)
        world.connect(1, 2)
        for node in 1..<3 { world.want(node, MeshKey(.pattern, Array("x.*".utf8))) }
        world.run()
        for number in 0..<MeshKeys.countMax { _ = world.nodes[0].machine.number(of: Self.key("\(number)")) }
        for round in 0..<4 {
            if round == 2 { world.cut(cable) }
            for name in ["x.a", "y.a", "x.b"] { world.emit(0, name) }
        }
        world.raise(cable)
        world.run()
        for node in 1..<3 { #expect(world.nodes[node].received.values.first?.count == 8) }
    }

    private static let manyNames = (0..<60_000).map { key("a name of some length \($0)") }

    @Test func `what one message cannot hold is asked for in parts`() throws {
        let stranger = MeshStranger()
        for name in Self.manyNames { stranger.machine.want(name, 1) }
        let link = try stranger.connect("n1")
        let byteCounts = (stranger.said[link] ?? []).map { message in
            var writer = ArgumentWriter(pool: ChunkPool())
            writer.write(message.value)
            return writer.bytes.takeBytes().count
        }
        #expect(byteCounts.reduce(0, +) > 1 << 20)
        #expect(byteCounts.allSatisfy { $0 < 100_000 })
    }

    @Test func `all names of many arrive over a relay, and go`() {
        let world = MeshWorld(seed: 1, nodeCount: 3)
        world.connect(0, 1)
        for name in Self.manyNames { world.nodes[2].machine.want(name, 1) }
        let cable = world.connect(1, 2)
        world.run()
        #expect(Self.manyNames.allSatisfy { world.subscriberCount(0, $0) == 1 })
        #expect(world.nodes.flatMap(\.refusals).isEmpty)
        world.cut(cable)
        world.run()
        #expect(Self.manyNames.allSatisfy { world.subscriberCount(0, $0) == 0 })
    }

    @Test func `an event travels only where somebody wants it`() {
        let world = MeshWorld(seed: 1, nodeCount: 4)
        for node in 1..<4 { world.connect(node - 1, node) }
        world.want(1, Self.key("a"))
        world.run()
        #expect(!world.emit(0, "b"))
        #expect(world.emit(0, "a"))
        world.run()
        #expect(world.relayCount == 1)
        #expect(world.subscriberCount(0, Self.key("a")) == 1)
        world.want(3, MeshKey(.pattern, Array(">".utf8)), 2)
        world.run()
        #expect(world.subscriberCount(0, Self.key("a")) == 3)
        #expect(world.emit(0, "b"))
        world.run()
        #expect(world.relayCount == 4)
    }

    @Test func `who lags behind is served from the log and misses nothing`() {
        for seed in 0..<20 {
            let world = MeshWorld(seed: seed, nodeCount: 2)
            world.connect(0, 1)
            world.want(1, Self.key("a"))
            world.run()
            world.eventCountMax = 3
            for _ in 0..<100 { world.emit(0, "a") }
            world.run()
            #expect(world.nodes[1].received.values.first == Array(1...100))
        }
    }

    @Test func `an emitter is refused when the log is full of what somebody waits for`() {
        let world = MeshWorld(seed: 1, nodeCount: 2)
        world.connect(0, 1)
        world.want(1, Self.key("a"))
        world.run()
        world.eventCountMax = 1
        var keptCount = 0
        for _ in 0..<1_000 where world.emit(0, "a", byteCount: 1_000) { keptCount += 1 }
        #expect(keptCount > 30 && keptCount < 66)
        world.run()
        #expect(world.nodes[1].received.values.first?.count == keptCount)
        #expect(world.nodes[1].lostCount == 0)
    }

    @Test func `what the log has let go is told to the event`() {
        let world = MeshWorld(seed: 1, nodeCount: 2)
        let cable = world.connect(0, 1)
        world.want(1, Self.key("a"))
        world.run()
        world.cut(cable)
        var emittedCount = 0
        for number in 0..<500 {
            if world.emit(0, "a", byteCount: 1_000) { emittedCount += 1 }
            if number % 5 == 0 { world.emit(0, "b") }
        }
        world.raise(cable)
        world.run()
        let heard = world.nodes[1].received.values.first?.count ?? 0
        #expect(emittedCount == 500)
        #expect(heard > 30 && world.nodes[1].lostCount == UInt64(500 - heard))
    }

    @Test func `a relay without room tells exactly how much is lost`() {
        let world = MeshWorld(seed: 3, nodeCount: 3)
        world.connect(0, 1)
        let slow = world.connect(1, 2)
        world.want(2, Self.key("a"))
        world.run()
        // All arrives at the relay before it can pass on anything.
        for _ in 0..<50 { world.emit(0, "a") }
        world.eventCountMax = 5
        while world.cables[0].underWay.1.count > 0 { world.deliverOne(world.cables[0], isToSecond: true) }
        #expect(slow.underWay.1.count >= 5)
        world.run()
        let heard = world.nodes[2].received.values.first?.count ?? 0
        #expect(heard < 50 && world.nodes[2].lostCount == UInt64(50 - heard))
    }

    @Test func `something for one node is passed on to it`() throws {
        let world = MeshWorld(seed: 1, nodeCount: 4)
        for node in 1..<4 { world.connect(node - 1, node) }
        world.run()
        let isSent = world.nodes[0].machine.send(.int(7), to: world.nodes[3].identity)
        #expect(isSent)
        world.settle(0)
        world.run()
        #expect(world.nodes[3].directs == [.int(7)])
        let isSentToNobody = world.nodes[0].machine.send(.int(7), to: MeshIdentity(id: "nobody", incarnation: 0))
        #expect(!isSentToNobody)
    }

    @Test func `what is too far away is not there`() {
        let world = MeshWorld(seed: 1, nodeCount: 5) { $0.hopLimit = 2 }
        for node in 1..<5 { world.connect(node - 1, node) }
        for node in 0..<5 { world.want(node, Self.key("a")) }
        world.run()
        let distances = world.nodes[0].machine.nodes.map(\.distance)
        #expect(distances.sorted() == [1, 2, 3])
        world.emit(0, "a")
        world.run()
        #expect(world.nodes.map(\.received.count) == [0, 1, 1, 1, 0])
    }

    @Test func `of two connections to one neighbour the other one is taken when one is lost`() {
        let world = MeshWorld(seed: 1, nodeCount: 2)
        let cables = [world.connect(0, 1), world.connect(0, 1)]
        for node in 0..<2 { world.want(node, Self.key("a")) }
        world.run()
        for cable in cables {
            world.cut(cable)
            world.run()
            for node in 0..<2 { world.emit(node, "a") }
            world.run()
            world.raise(cable)
            world.run()
        }
        #expect(world.nodes.map { $0.received.values.first?.count } == [2, 2])
    }

    @Test func `a partition and a merge lose nothing`() {
        for seed in 0..<Sweep.count(20, full: 200, soak: 5_000) {
            let (world, wants) = Self.world(seed, 10)
            world.run()
            let between = world.cables.filter { ($0.ends.0 < 5) != ($0.ends.1 < 5) }
            for cable in between { world.cut(cable) }
            for number in 0..<40 {
                world.emit(number % 10, Self.names[number % 4])
                world.run(steps: .random(in: 0..<30, using: &world.random))
            }
            world.run()
            for cable in between { world.raise(cable) }
            #expect(world.run())
            Self.check(world, wants, seed)
        }
    }

    @Test func `two living nodes of one id are told of after a while`() {
        let world = MeshWorld(seed: 1, nodeCount: 3)
        world.connect(0, 1)
        world.connect(1, 2)
        world.run()
        let twin = world.addNode("n0")
        world.connect(twin, 2)
        world.run()
        world.now = Instant(milliseconds: 10_000)
        for index in world.nodes.indices { world.advance(index) }
        #expect(world.nodes.map(\.twins).contains(["n0"]))
    }
}
