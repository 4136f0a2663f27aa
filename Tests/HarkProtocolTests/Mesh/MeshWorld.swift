import HarkProtocol
import HarkWire

/// Nodes of a mesh and the connections between them, without sockets and clocks: what is under way is delivered in any
/// order that keeps that of each connection.
final class MeshWorld {
    /// What is under way over one connection in one direction.
    enum Item {
        case message(MeshMessage)
        case event([UInt8])
    }

    /// A connection that may be up.
    final class Cable {
        let ends: (Int, Int)
        var isUp = false
        /// Whether what is sent to each end arrives there.
        var isOpen = (false, false)
        /// The numbers that its ends have given it this time.
        var links = (0, 0)
        /// To the first end, and to the second.
        var underWay: ([Item], [Item]) = ([], [])
        /// Where it is among those with something under way.
        var place: Int?

        var isIdle: Bool { underWay.0.isEmpty && underWay.1.isEmpty }

        init(_ a: Int, _ b: Int) { ends = (a, b) }
    }

    /// One node.
    final class Node {
        var machine: MeshMachine
        let identity: MeshIdentity
        /// By the numbers of connections: the cable, and whether this is its second end.
        var cables: [(cable: Cable, isSecond: Bool)?] = []
        /// The events that have arrived here, by who has emitted them.
        var received: [MeshIdentity: [Int]] = [:]
        var lostCount: UInt64 = 0
        var vanished: [String] = []
        var refusals: [MeshViolation] = []
        var twins: [String] = []
        var directs: [Value] = []
        var undelivered: [Value] = []
        var emitted: [(key: MeshKey, number: Int)] = []

        init(_ identity: MeshIdentity, _ settings: MeshSettings) {
            self.identity = identity
            machine = MeshMachine(settings: settings)
        }
    }

    private(set) var nodes: [Node] = []
    private(set) var cables: [Cable] = []
    /// Those with something under way.
    private var busy: [Cable] = []
    var random: Seeded
    var now = Instant.zero
    /// How often an event was sent over a connection.
    private(set) var relayCount = 0
    /// What was said besides.
    private(set) var messageCount = 0
    /// Whether messages arrive without having been written and read, which takes a good part of the time.
    var skipsWire = false
    /// How many events may wait on one connection.
    var eventCountMax = Int.max
    /// Whether a node comes to the end of its turn some time after what it was told, and each end of a connection is
    /// told by itself that it is lost.
    var endsLate = false
    var losesApart = false
    /// Nodes whose turn has not ended, and ends of connections that do not know yet.
    private var dirty: Set<Int> = []
    private var dying: [(cable: Cable, isSecond: Bool)] = []
    private var incarnation: UInt64 = 0
    private let adapt: (inout MeshSettings) -> Void
    private var eventNumber = 0

    init(seed: Int, nodeCount: Int, adapt: @escaping (inout MeshSettings) -> Void = { _ in }) {
        random = Seeded(seed)
        self.adapt = adapt
        for index in 0..<nodeCount { nodes.append(make("n\(index)")) }
    }

    private func make(_ id: String) -> Node {
        incarnation += 1
        let identity = MeshIdentity(id: id, incarnation: incarnation)
        var settings = MeshSettings(identity: identity, channel: "test")
        settings.logByteCount = 1 << 16
        adapt(&settings)
        return Node(identity, settings)
    }

    // MARK: Connections

    @discardableResult
    func connect(_ a: Int, _ b: Int) -> Cable {
        let cable = Cable(a, b)
        cables.append(cable)
        raise(cable)
        return cable
    }

    func raise(_ cable: Cable) {
        guard !cable.isUp else { return }
        loseAll { $0 === cable }
        cable.isUp = true
        cable.isOpen = (true, true)
        cable.links = (nodes[cable.ends.0].cables.count, nodes[cable.ends.1].cables.count)
        nodes[cable.ends.0].cables.append((cable, false))
        nodes[cable.ends.1].cables.append((cable, true))
        nodes[cable.ends.0].machine.connected(cable.links.0)
        nodes[cable.ends.1].machine.connected(cable.links.1)
        settle(cable.ends.0)
        settle(cable.ends.1)
    }

    func cut(_ cable: Cable) {
        guard cable.isUp else { return }
        cable.isUp = false
        // What was on its way to one of them may still arrive.
        let isSecond = losesApart ? Bool.random(using: &random) : true
        lose(cable, isSecond: isSecond)
        if losesApart { dying.append((cable, !isSecond)) } else { lose(cable, isSecond: !isSecond) }
    }

    /// One end of a connection is told that it is lost.
    private func lose(_ cable: Cable, isSecond: Bool) {
        let (index, link) = isSecond ? (cable.ends.1, cable.links.1) : (cable.ends.0, cable.links.0)
        drop(cable, isSecond: isSecond)
        nodes[index].cables[link] = nil
        nodes[index].machine.disconnected(link, now)
        settle(index)
    }

    /// Nothing arrives at this end any more.
    private func drop(_ cable: Cable, isSecond: Bool) {
        if isSecond { cable.isOpen.1 = false } else { cable.isOpen.0 = false }
        if isSecond { cable.underWay.1 = [] } else { cable.underWay.0 = [] }
        noteIdle(cable)
    }

    private func loseAll(_ isAffected: (Cable) -> Bool) {
        let affected = dying.filter { isAffected($0.cable) }
        dying.removeAll { isAffected($0.cable) }
        for (cable, isSecond) in affected { lose(cable, isSecond: isSecond) }
    }

    /// The process of a node dies and another one takes its place, without any connections.
    func restart(_ index: Int) {
        for cable in cables where cable.ends.0 == index || cable.ends.1 == index { cut(cable) }
        // The others may hear of it later.
        dying.removeAll { entry in
            guard (entry.isSecond ? entry.cable.ends.1 : entry.cable.ends.0) == index else { return false }
            drop(entry.cable, isSecond: entry.isSecond)
            return true
        }
        dirty.remove(index)
        nodes[index] = make(nodes[index].identity.id)
    }

    /// One more node.
    func addNode(_ id: String) -> Int {
        nodes.append(make(id))
        return nodes.count - 1
    }

    func advance(_ index: Int) {
        nodes[index].machine.advance(to: now)
        settle(index)
    }

    // MARK: What nodes do

    func want(_ index: Int, _ key: MeshKey, _ count: Int = 1) {
        nodes[index].machine.want(key, count)
        settle(index)
    }

    func subscriberCount(_ index: Int, _ key: MeshKey) -> Int { nodes[index].machine.subscriberCount(of: key) }

    /// - Returns: whether somebody wants it.
    @discardableResult
    func emit(_ index: Int, _ name: String, byteCount: Int = 0, waits: Bool = false) -> Bool {
        let node = nodes[index]
        let key = MeshKey(.name, Array(name.utf8))
        let number = node.machine.number(of: key)
        eventNumber += 1
        var tail = withUnsafeBytes(of: UInt32(eventNumber).littleEndian) { Array($0) }
        tail += [UInt8](repeating: 0, count: byteCount)
        let emission = tail.withUnsafeBytes { tail -> Bool? in
            switch node.machine.emit(key: number, tail, waits: waits, unnumbered: number == nil ? key : nil) {
            case .unwanted: return false
            case .full: return nil
            case .kept(let arrival):
                forward(arrival, from: index)
                return true
            }
        }
        settle(index)
        if emission == true { node.emitted.append((key, eventNumber)) }
        return emission == true
    }

    private func forward(_ arrival: MeshArrival, from index: Int) {
        let node = nodes[index]
        node.machine.declare(arrival)
        settle(index)
        var writer = ByteWriter(pool: ChunkPool())
        arrival.writeHead(to: &writer)
        writer.append(arrival.tail)
        let bytes = writer.takeBytes()
        for link in arrival.links {
            guard count(node, link) < eventCountMax else {
                if arrival.node == 0 {
                    node.machine.fellBehind(link, at: arrival.sequence)
                } else {
                    node.machine.dropped(arrival.node, for: link)
                }
                continue
            }
            relayCount += 1
            append(.event(bytes), node, link)
        }
    }

    private func count(_ node: Node, _ link: Int) -> Int {
        guard let (cable, isSecond) = node.cables[link] else { return 0 }
        return isSecond ? cable.underWay.0.count : cable.underWay.1.count
    }

    private func append(_ item: Item, _ node: Node, _ link: Int) {
        guard let (cable, isSecond) = node.cables[link], isSecond ? cable.isOpen.0 : cable.isOpen.1 else { return }
        if isSecond { cable.underWay.0.append(item) } else { cable.underWay.1.append(item) }
        guard cable.place == nil else { return }
        cable.place = busy.count
        busy.append(cable)
    }

    private func noteIdle(_ cable: Cable) {
        guard cable.isIdle, let place = cable.place else { return }
        cable.place = nil
        let last = busy.removeLast()
        guard last !== cable else { return }
        busy[place] = last
        last.place = place
    }

    /// Does what a machine asks for.
    func settle(_ index: Int) {
        takeEffects(index)
        if endsLate {
            dirty.insert(index)
        } else {
            endTurn(index)
        }
    }

    private func endTurn(_ index: Int) {
        dirty.remove(index)
        nodes[index].machine.finish(now)
        takeEffects(index)
    }

    private func takeEffects(_ index: Int) {
        let node = nodes[index]
        while let effect = node.machine.nextEffect() {
            switch effect {
            case .send(let link, let message):
                messageCount += 1
                append(.message(message), node, link)
            case .refused(let link, let violation):
                node.refusals.append(violation)
                if let (cable, _) = node.cables[link] { cut(cable) }
            case .catchUp(let link): catchUp(index, link)
            case .lost(_, let count): node.lostCount += count
            case .vanished(let identity): node.vanished.append(identity.id)
            case .twins(let id): node.twins.append(id)
            case .direct(_, let value): node.directs.append(value)
            case .undeliverable(_, _, let value): node.undelivered.append(value)
            case .joined, .appeared, .interestChanged, .overLimit: break
            }
        }
    }

    private func catchUp(_ index: Int, _ link: Int) {
        let node = nodes[index]
        while count(node, link) < eventCountMax, let replay = node.machine.nextReplay(link) {
            node.machine.declare(replay, to: link)
            settle(index)
            var writer = ByteWriter(pool: ChunkPool())
            replay.writeHead(to: &writer)
            writer.append(replay.tail)
            relayCount += 1
            append(.event(writer.takeBytes()), node, link)
        }
    }

    // MARK: Delivering

    /// Delivers one thing that is under way, chosen by chance.
    ///
    /// - Returns: false when there is nothing.
    func step() -> Bool {
        if endsLate || losesApart, Int.random(in: 0..<4, using: &random) == 0 || busy.isEmpty {
            if let index = dirty.sorted().randomElement(using: &random) {
                endTurn(index)
                return true
            }
            if let (cable, isSecond) = dying.popLast() {
                lose(cable, isSecond: isSecond)
                return true
            }
        }
        guard let cable = busy.randomElement(using: &random) else { return false }
        let isToSecond = cable.underWay.0.isEmpty || (!cable.underWay.1.isEmpty && Bool.random(using: &random))
        deliverOne(cable, isToSecond: isToSecond)
        return true
    }

    /// Delivers what is first under way over one connection.
    func deliverOne(_ cable: Cable, isToSecond: Bool) {
        let item = isToSecond ? cable.underWay.1.removeFirst() : cable.underWay.0.removeFirst()
        noteIdle(cable)
        let (index, link) = isToSecond ? (cable.ends.1, cable.links.1) : (cable.ends.0, cable.links.0)
        deliver(item, index, link)
        // There is room now.
        let (sender, senderLink) = isToSecond ? (cable.ends.0, cable.links.0) : (cable.ends.1, cable.links.1)
        if cable.isUp, eventCountMax < .max {
            nodes[sender].machine.tellLosses(senderLink)
            settle(sender)
            catchUp(sender, senderLink)
        }
    }

    /// Delivers all that is under way until nothing is, to each node at once, as sockets do.
    ///
    /// - Returns: false when that does not come to an end.
    @discardableResult
    func runInRounds(_ roundCountMax: Int = 10_000) -> Bool {
        for _ in 0..<roundCountMax {
            guard !busy.isEmpty else { return true }
            var touched: Set<Int> = []
            for cable in busy {
                let (first, second) = cable.underWay
                cable.underWay = ([], [])
                touched.formUnion([cable.ends.0, cable.ends.1])
                for item in first where cable.isUp { take(item, cable.ends.0, cable.links.0) }
                for item in second where cable.isUp { take(item, cable.ends.1, cable.links.1) }
            }
            for cable in busy { noteIdle(cable) }
            for index in touched { settle(index) }
        }
        return false
    }

    private func deliver(_ item: Item, _ index: Int, _ link: Int) {
        take(item, index, link)
        settle(index)
    }

    private func take(_ item: Item, _ index: Int, _ link: Int) {
        let node = nodes[index]
        do throws(MeshViolation) {
            switch item {
            case .message(let message) where skipsWire: try node.machine.receive(message, from: link, now)
            case .message(let message): try node.machine.receive(message.value, from: link, now)
            case .event(let bytes):
                var failure: MeshViolation?
                bytes.withUnsafeBytes { bytes in
                    do throws(MeshViolation) {
                        guard let arrival = try node.machine.receive(event: bytes, from: link) else { return }
                        if arrival.isLocal { take(arrival, node) }
                        forward(arrival, from: index)
                    } catch { failure = error }
                }
                if let failure { throw failure }
            }
        } catch {
            node.refusals.append(error)
            if let (cable, _) = node.cables[link] { cut(cable) }
        }
    }

    private func take(_ arrival: MeshArrival, _ node: Node) {
        guard let origin = node.machine.identity(arrival.node) else { return }
        let number = arrival.tail.loadUnaligned(as: UInt32.self)
        node.received[origin, default: []].append(Int(UInt32(littleEndian: number)))
    }

    /// Delivers until nothing is under way.
    ///
    /// - Returns: false when that does not come to an end.
    @discardableResult
    func run(stepCountMax: Int = 20_000_000) -> Bool {
        for _ in 0..<stepCountMax where !step() { return true }
        return false
    }

    func run(steps: Int) { for _ in 0..<steps where !step() { return } }
}
