internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Joins the mesh machine, the connections of a node and its listeners.
@EventLoop
final class MeshEngine: NodeEngine {
    /// Whoever calls this keeps it.
    unowned(unsafe) let node: Node
    /// The same, for what may come when the node is not there any more.
    private weak var nodeIfAny: Node?
    private let clock: any EventClock
    @exclusivity(unchecked) var machine: MeshMachine
    /// By their numbers.
    @exclusivity(unchecked) private var links: ContiguousArray<NodeLink?> = []
    private var isDirty = false
    private lazy var timer = clock.timer { [unowned self] in tick() }
    let requests: MeshRequests

    /// Keys' numbers of event names, by the names' ids.
    @exclusivity(unchecked) private var numbers: ContiguousArray<Int32> = []
    /// Heads, and own events with what precedes their arguments.
    @exclusivity(unchecked) private var head: ByteWriter
    @exclusivity(unchecked) private var tail: ByteWriter
    let deliveries: MeshDeliveries
    let pauses: MeshPauses
    /// The ways of this node's own events, by the ids of their names.
    @exclusivity(unchecked) private var paths: ContiguousArray<MeshPath?> = []
    /// Members of groups by the name of the event and the group, of other nodes.
    private var groups: [String: [[MeshKey]]]?
    /// Whether it is known that there are none.
    @exclusivity(unchecked) private var hasNoGroups = false
    private let tailByteCountMax: Int
    private var turn = 0
    private var storm = LocalStormWatch()

    /// 1 s: how often it is seen to what is kept for a while only.
    private static let tickInterval: UInt64 = 1_000

    init(_ node: Node, incarnation: UInt64) {
        self.node = node
        nodeIfAny = node
        clock = node.environment.clock
        let options = node.options
        var settings = MeshSettings(
            identity: MeshIdentity(id: node.id, incarnation: incarnation), channel: options.channel)
        settings.hopLimit = options.hopLimit
        settings.logByteCount = options.limits.queueByteCount
        settings.absence = options.bufferTimeout.milliseconds
        machine = MeshMachine(settings: settings)
        head = ByteWriter(pool: EventLoop.current.pool)
        tail = ByteWriter(pool: EventLoop.current.pool)
        tailByteCountMax = options.limits.frameByteCount - 1_024
        requests = MeshRequests(node)
        deliveries = MeshDeliveries(node)
        pauses = MeshPauses(clock)
        requests.engine = self
        timer.schedule(at: clock.now + Self.tickInterval)
    }

    private var now: Instant { Instant(milliseconds: clock.turn) }

    private func tick() {
        machine.advance(to: now)
        settle()
        timer.schedule(at: clock.now + Self.tickInterval)
    }

    // MARK: Connections

    func attach(_ emitter: Emitter, of peer: Node.Peer) {
        emitter.listeners.limit = 0
        let inlet = MeshInlet(self, peer)
        _ = emitter.listeners.add(.name(NodeLink.messageName.text), isOnce: false, isFirst: false) {
            inlet.received(message: $0)
        }
        _ = emitter.listeners.add(.name(NodeLink.eventName.text), isOnce: false, isFirst: false) {
            inlet.received(event: $0)
        }
    }

    func connected(_ peer: Node.Peer, _ link: NativeLink) {
        let link = NodeLink(links.count, peer, link)
        peer.link = link
        links.append(link)
        machine.connected(link.number)
        settle()
    }

    func disconnected(_ peer: Node.Peer) {
        guard let link = peer.link else { return }
        peer.link = nil
        links[link.number] = nil
        pauses.ended(link)
        machine.disconnected(link.number, now)
        settle()
    }

    func drained(_ peer: Node.Peer) {
        guard let link = peer.link else { return }
        pauses.ended(link)
        machine.tellLosses(link.number)
        settle()
        catchUp(link)
    }

    /// A neighbour has said something.
    func received(message bytes: UnsafeRawBufferPointer, over peer: Node.Peer) {
        guard let link = peer.link else { return }
        do {
            var reader = ArgumentReader(bytes)
            try machine.receive(try reader.readValue(), from: link.number, now)
        } catch let violation as MeshViolation {
            refuse(link, violation)
        } catch { refuse(link, .malformed("\(error)")) }
        settle()
    }

    private func refuse(_ link: NodeLink, _ violation: MeshViolation) {
        let code: HarkError.Code = if case .duplicate = violation { .duplicate } else { .protocolViolation }
        node.refuse(link.peer, HarkError(code, "a connection was ended: \(violation)"))
    }

    /// An event has arrived.
    ///
    /// - Returns: the way of those that follow, where they go the same way.
    func received(event bytes: UnsafeRawBufferPointer, over peer: Node.Peer) -> MeshPath? {
        guard let link = peer.link else { return nil }
        do throws(MeshViolation) {
            guard let arrival = try machine.receive(event: bytes, from: link.number) else { return nil }
            if !arrival.links.isEmpty { forward(arrival, from: link) }
            if arrival.isLocal { deliveries.deliver(arrival, machine.keys, machine.identity(arrival.node)?.id) }
            return machine.lane(of: arrival, bytes).flatMap { path($0, from: link) }
        } catch {
            refuse(link, error)
            settle()
            return nil
        }
    }

    private func path(_ lane: MeshLane, from source: NodeLink? = nil) -> MeshPath? {
        MeshPath(lane, from: source, ContiguousArray(lane.route.links.compactMap { link($0) }), self)
    }

    /// An event on a lane that carries its name.
    func deliver(_ lane: MeshLane, _ tail: UnsafeRawBufferPointer) {
        deliveries.deliver(tail, lane.origin.id) { MeshAudience(0, of: machine.keys[lane.key], node) }
    }

    /// There was no room for an event.
    func dropped(_ origin: Int, for link: NodeLink) {
        machine.dropped(origin, for: link.number)
        node.relayDropped()
    }

    // MARK: Effects

    /// Something has changed: does what follows from it, now and at the end of the turn.
    private func settle() {
        if machine.hasEffects { takeEffects() }
        guard !isDirty else { return }
        isDirty = true
        EventLoop.current.flushAtEndOfTurn(self)
    }

    private func takeEffects() {
        while let effect = machine.nextEffect() { apply(effect) }
    }

    private func link(_ number: Int) -> NodeLink? { number < links.count ? links[number] : nil }

    private func apply(_ effect: MeshEffect) {
        switch effect {
        case .send(let number, let message): link(number)?.say(message)
        case .joined(let number, let identity):
            guard let peer = link(number)?.peer else { return }
            node.introduced(peer, identity.id)
            node.initialized(peer)
        case .refused(let number, let violation): if let link = link(number) { refuse(link, violation) }
        case .appeared(let identity): node.appeared(identity.id)
        case .vanished(let identity): node.vanished(identity.id)
        case .catchUp(let number): if let link = link(number) { catchUp(link) }
        case .interestChanged: interestChanged()
        case .lost(let identity, let count): node.lost(identity.id, Int(clamping: count))
        case .twins(let id):
            node.report(HarkError(.duplicate, "two nodes are called \"\(id)\"; give each node an id of its own"))
        case .direct(let identity, let value): requests.receive(value, from: identity)
        case .undeliverable(let receiver, let sender, let value):
            requests.undeliverable(value, to: receiver, from: sender)
        case .overLimit(let text): node.report(HarkError(.limit, text))
        }
    }

    private func interestChanged() {
        groups = nil
        hasNoGroups = false
        node.interestChanged()
    }

    // MARK: Sending

    /// Passes an event on.
    ///
    /// - Returns: whether it leaves with this turn, over all connections.
    @discardableResult
    private func forward(_ arrival: MeshArrival, from source: NodeLink? = nil) -> Bool {
        if arrival.route?.isDeclared != true {
            machine.declare(arrival)
            if machine.hasEffects { takeEffects() }
        }
        head.abandonFrame()
        head.beginFrame()
        machine.writeHead(of: arrival, to: &head)
        let bytes = head.frameBytes()
        var isWritten = true
        for number in arrival.links {
            guard let link = links[number] else { continue }
            if arrival.node == 0, !link.hasRoom {
                machine.fellBehind(number, at: arrival.sequence)
                isWritten = false
            } else if !link.write(bytes, arrival.tail) {
                if arrival.node == 0 {
                    machine.fellBehind(number, at: arrival.sequence)
                } else {
                    machine.dropped(arrival.node, for: number)
                    node.relayDropped()
                }
                isWritten = false
            } else if !link.isWritable {
                isWritten = false
                if let source, !link.hasRoom { pauses.pause(source, for: link) }
            }
        }
        return isWritten
    }

    private func catchUp(_ link: NodeLink) {
        while link.hasRoom, links[link.number] === link, let replay = machine.nextReplay(link.number) {
            machine.declare(replay.key, to: link.number)
            if machine.hasEffects { takeEffects() }
            head.abandonFrame()
            head.beginFrame()
            machine.writeHead(of: replay, to: &head)
            guard link.write(head.frameBytes(), replay.tail) else {
                machine.fellBehind(link.number, at: replay.sequence)
                break
            }
        }
        node.queueChanged(machine.waitingByteCount)
    }

    /// Emits an event, by the id of its name, whose way is known, with the byte ahead of its arguments.
    ///
    /// - Returns: nil when it has to be emitted the long way.
    @inline(__always)
    func emit(_ name: Int, plain tail: UnsafeRawBufferPointer) -> EmitResult? {
        guard name >= 0, name < paths.count, let path = paths[name], Dispatch.node == nil, hasNoGroups,
            tail.count <= tailByteCountMax, let sequence = machine.emit(path.lane, tail)
        else { return nil }
        return path.send(sequence, tail) ? .written : .queued
    }

    private func keep(_ arrival: MeshArrival, for name: EmittedName) {
        guard case .resolved(let name) = name, let lane = machine.lane(ofOwn: arrival), let path = path(lane) else {
            return
        }
        while paths.count <= name.id { paths.append(nil) }
        paths[name.id] = path
    }

    func emit(_ name: EmittedName, _ arguments: UnsafeRawBufferPointer, to audience: NodeAudience) -> EmitResult {
        tail.abandonFrame()
        tail.beginFrame()
        switch audience {
        case .everybody:
            guard let key = number(of: name) else { return .dropped(.queueFull) }
            tail.append(MeshTail.byte(isNamed: false, depth: depth(of: name)))
            tail.append(arguments)
            let result = emit(key, tail.frameBytes(), name)
            return hasNoGroups ? result : emitToGroups(name, tail.frameBytes(), result)
        case .room(let room):
            guard let key = machine.number(of: MeshKey(.room, Array(room.utf8))) else { return .dropped(.queueFull) }
            let text = name.text
            tail.append(MeshTail.byte(isNamed: true, depth: depth(of: name)))
            tail.appendLEB128(UInt64(text.utf8.count))
            tail.append(utf8: text)
            tail.append(arguments)
            return emit(key, tail.frameBytes(), nil)
        }
    }

    private func emit(_ key: Int, _ tail: UnsafeRawBufferPointer, _ name: EmittedName?) -> EmitResult {
        guard tail.count <= tailByteCountMax else { return .dropped(.tooLarge) }
        switch machine.emit(key: key, tail, waits: node.isAwaitingNeighbours) {
        case .unwanted: return .noListeners
        case .full:
            // A quarter of what is kept is what a single event may have.
            return machine.isCaughtUp ? .dropped(.tooLarge) : .dropped(.queueFull)
        case .kept(let arrival):
            if arrival.links.isEmpty, node.isAwaitingNeighbours { node.hasEmittedAlone = true }
            let isWritten = forward(arrival)
            if let name { keep(arrival, for: name) }
            settleQueue()
            return isWritten && !arrival.links.isEmpty ? .written : .queued
        }
    }

    /// How far this event is from where a chain of answers has begun. What is far may be a storm.
    private func depth(of name: EmittedName) -> Int {
        guard let heard = Dispatch.node else { return 0 }
        storm.answered(name.text, to: heard.currentName, depth: heard.depth, node)
        settle()
        return heard.depth + 1
    }

    private func settleQueue() {
        if !machine.isCaughtUp { node.queueChanged(machine.waitingByteCount) }
    }

    /// One member of each group gets the event.
    private func emitToGroups(
        _ name: EmittedName, _ tail: UnsafeRawBufferPointer, _ result: EmitResult
    ) -> EmitResult {
        let groups = groups ?? findGroups()
        self.groups = groups
        hasNoGroups = groups.isEmpty
        guard let members = groups[name.text] else { return result }
        var result = result
        // Writing may move what the tail lies in.
        let copy = Array(tail)
        for group in members {
            turn &+= 1
            guard let key = machine.number(of: group[turn % group.count]) else { continue }
            let other = copy.withUnsafeBytes { emit(key, $0, nil) }
            if result == .noListeners { result = other }
        }
        return result
    }

    private func findGroups() -> [String: [[MeshKey]]] {
        var members: [String: [String: [MeshKey]]] = [:]
        for key in machine.keys(of: .member) {
            guard let fields = key.fields(3) else { continue }
            let (name, group) = (String(decoding: fields[0], as: UTF8.self), String(decoding: fields[1], as: UTF8.self))
            members[name, default: [:]][group, default: []].append(key)
        }
        return members.mapValues { groups in
            groups.values.map { Set($0).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
        }
    }

    private func number(of name: EmittedName) -> Int? {
        switch name {
        case .text(let text): return machine.number(of: MeshKey(.name, Array(text.utf8)))
        case .resolved(let name):
            if name.id < numbers.count, numbers[name.id] >= 0 { return Int(numbers[name.id]) }
            guard let number = machine.number(of: MeshKey(.name, name.utf8)) else { return nil }
            while numbers.count <= name.id { numbers.append(-1) }
            numbers[name.id] = Int32(number)
            return number
        }
    }

    // MARK: What is known

    func listenersChanged(_ key: MeshKey, by count: Int) {
        machine.want(key, count)
        settle()
    }

    func subscriberCount(of name: String) -> Int {
        machine.subscriberCount(of: MeshKey(.name, Array(name.utf8)))
    }

    var nodes: [(id: String, distance: Int)] { machine.nodes.map { ($0.identity.id, $0.distance) } }

    var queuedByteCount: Int { machine.waitingByteCount }

    var isLagging: Bool { machine.isLagging }

    func send(_ content: Value, to identity: MeshIdentity) -> Bool {
        defer { settle() }
        return machine.send(content, to: identity)
    }

    /// The nodes that answer requests of this name.
    func responders(of name: String) -> [MeshIdentity] {
        let ids = machine.keys(of: .responder).compactMap { key -> String? in
            guard let fields = key.fields(2), fields[0] == Array(name.utf8) else { return nil }
            return String(decoding: fields[1], as: UTF8.self)
        }
        return machine.nodes.lazy.map(\.identity).filter { ids.contains($0.id) }
    }

    var identities: [MeshIdentity] { machine.nodes.map(\.identity) }

    func identities(of id: String) -> [MeshIdentity] { identities.filter { $0.id == id } }

    func end() {
        for (key, count) in machine.interest.counts { machine.want(key, -count) }
        takeEffects()
    }

    func stop() {
        timer.cancel()
        pauses.stop()
    }
}

extension MeshEngine: Flushable {
    /// All that has arrived in this turn is through.
    func flush() {
        isDirty = false
        guard let node = nodeIfAny else { return }
        machine.finish(now)
        takeEffects()
        // A neighbour that held up what waits may be gone.
        node.queueChanged(machine.waitingByteCount)
        if let pause = storm.batchEnds()?.pause { node.pauseReading(for: pause) }
    }
}
