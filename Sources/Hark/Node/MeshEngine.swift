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
    /// Numbers that stand for no connection any more; and those of which what was said before is still to be done.
    private var unusedNumbers: [Int] = []
    private var endedNumbers: [Int] = []
    private var isDirty = false
    /// Whether an event is being written, and what has to wait for that, because it may lead to further ones.
    @exclusivity(unchecked) var isForwarding = false
    private var postponed: [@EventLoop () -> Void] = []
    private lazy var timer = clock.timer { [unowned self] in tick() }
    let requests: MeshRequests

    /// Keys' numbers of event names, by the names' ids.
    @exclusivity(unchecked) var numbers: ContiguousArray<Int32> = []
    /// Own events with what precedes their arguments.
    @exclusivity(unchecked) var tail: ByteWriter
    let deliveries: MeshDeliveries
    let pauses: MeshPauses
    /// The names of events, by the numbers of their keys, as far as they were asked for.
    var keyNames: ContiguousArray<String?> = []
    /// The ways of this node's own events, by the numbers of their keys; and those that others have taken the place of,
    /// by which an event may be on its way.
    @exclusivity(unchecked) var paths: ContiguousArray<LoopBound<MeshPath>?> = []
    private var retiredPaths: [MeshPath] = []
    /// Members of groups by the name of the event and the group, of other nodes.
    var groups: [String: [[MeshKey]]]?
    /// Whether it is known that there are none.
    @exclusivity(unchecked) var hasNoGroups = false
    let tailByteCountMax: Int
    var turn = 0
    var storm = LocalStormWatch()

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
        // Others are refused as soon as the node is to do something.
        let range = Node.Options.queueByteCounts
        settings.logByteCount = min(max(options.limits.queueByteCount, range.lowerBound), range.upperBound)
        settings.absence = options.bufferTimeout.milliseconds
        machine = MeshMachine(settings: settings)
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
        let number = unusedNumbers.popLast() ?? links.count
        let link = NodeLink(number, peer, link)
        peer.link = link
        if number == links.count { links.append(link) } else { links[number] = link }
        machine.connected(number)
        settle()
        expectGreeting(link)
    }

    /// Who does not say that it is a node is none.
    private func expectGreeting(_ link: NodeLink) {
        guard peerIsGreeting(link) else { return }
        let time = node.options.timeout
        link.greeting = clock.timer { [weak self, weak link] in
            guard let self, let link, peerIsGreeting(link) else { return }
            let text = "a connection was ended: the other side has not said within \(time) that it is a node"
            node.refuse(link.peer, HarkError(.timeout, text))
        }
        link.greeting?.schedule(at: clock.now + time.milliseconds)
    }

    private func peerIsGreeting(_ link: NodeLink) -> Bool {
        link.peer.link === link && link.peer.state == .greeting
    }

    func disconnected(_ peer: Node.Peer) {
        guard let link = peer.link else { return }
        peer.link = nil
        link.greeting?.cancel()
        links[link.number] = nil
        pauses.ended(link)
        endedNumbers.append(link.number)
        machine.disconnected(link.number, now)
        settle()
    }

    func drained(_ peer: Node.Peer) {
        guard let link = peer.link else { return }
        afterForwarding { [self] in
            guard links[link.number] === link else { return }
            pauses.ended(link)
            machine.tellLosses(link.number)
            settle()
            catchUp(link)
        }
    }

    /// Does something now, or at the end of the turn while an event is being written: writing may show that a
    /// connection is lost, or has room again.
    func afterForwarding(_ action: @escaping @EventLoop () -> Void) {
        guard isForwarding else { return action() }
        postponed.append(action)
        settle()
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
            guard let arrival = try machine.receive(event: bytes, from: link.number) else {
                if machine.hasEffects { settle() }
                return nil
            }
            // Before anything that follows from the event makes it another one.
            let lane = machine.lane(of: arrival, bytes)
            if !arrival.links.isEmpty { forward(arrival, from: link) }
            if arrival.isLocal { deliveries.deliver(arrival, machine.keys, machine.identity(arrival.node)?.id) }
            guard let lane, lane.isValid, links[link.number] === link else { return nil }
            return path(lane, from: link)
        } catch {
            refuse(link, error)
            settle()
            return nil
        }
    }

    func path(_ lane: MeshLane, from source: NodeLink? = nil) -> MeshPath? {
        MeshPath(lane, from: source, ContiguousArray(lane.route.links.compactMap { link($0) }), deliveries.dispatch)
    }

    /// What may still be followed is kept until the end of the turn.
    func retire(_ path: MeshPath) {
        retiredPaths.append(path)
        settle()
    }

    // MARK: Effects

    /// Something has changed: does what follows from it, now and at the end of the turn.
    func settle() {
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
        case .send(let number, let message): if let link = link(number), !link.say(message) { missed(message, link) }
        case .joined(let number, let identity):
            link(number)?.greeting?.cancel()
            guard let peer = link(number)?.peer else { return }
            node.introduced(peer, identity.id)
            node.initialized(peer)
        case .refused(let number, let violation): if let link = link(number) { refuse(link, violation) }
        case .appeared(let identity): afterForwarding { [self] in node.appeared(identity.id) }
        case .vanished(let identity): afterForwarding { [self] in node.vanished(identity.id) }
        case .catchUp(let number): if let link = link(number) { catchUp(link) }
        case .interestChanged: interestChanged()
        case .lost(let identity, let count):
            afterForwarding { [self] in node.lost(identity.id, Int(clamping: count)) }
        case .twins(let id):
            report(HarkError(.duplicate, "two nodes are called \"\(id)\"; give each node an id of its own"))
        case .direct(let identity, let value): afterForwarding { [self] in requests.receive(value, from: identity) }
        case .undeliverable(let receiver, let sender, let value):
            requests.undeliverable(value, to: receiver, from: sender)
        case .overLimit(let text): report(HarkError(.limit, text))
        }
    }

    private func report(_ error: HarkError) { afterForwarding { [self] in node.report(error) } }

    /// There was no room for what has to be said. What is for one node is not sent again; without the rest the
    /// connection is worth nothing, and on another one everything is said anew.
    private func missed(_ message: MeshMessage, _ link: NodeLink) {
        if case .direct = message { return }
        let text = "a connection was ended: there was no room for what nodes tell each other"
        node.refuse(link.peer, HarkError(.limit, "\(text), and \(link.queuedByteCount) bytes wait"))
    }

    private func interestChanged() {
        groups = nil
        hasNoGroups = false
        node.interestChanged()
    }

    // MARK: Sending

    /// Passes an event on.
    ///
    /// - Returns: whether one of this node leaves with this turn, over all connections.
    @discardableResult
    func forward(_ arrival: MeshArrival, from source: NodeLink? = nil) -> Bool {
        whileForwarding {
            if arrival.route?.isDeclared != true {
                machine.declare(arrival)
                if machine.hasEffects { takeEffects() }
            }
            var isWritten = true
            for number in arrival.links {
                guard let link = links[number] else { continue }
                if arrival.node != 0 {
                    relay(arrival.node, arrival.tail, from: source, over: link) { arrival.writeHead(to: &$0) }
                } else if !send(arrival.sequence, arrival.tail, over: link, { arrival.writeHead(to: &$0) }) {
                    isWritten = false
                }
            }
            return isWritten
        }
    }

    private func catchUp(_ link: NodeLink) {
        whileForwarding {
            while link.hasRoom, links[link.number] === link, let replay = machine.nextReplay(link.number) {
                machine.declare(replay, to: link.number)
                if machine.hasEffects { takeEffects() }
                guard link.write(replay.tail, { replay.writeHead(to: &$0) }) else {
                    machine.fellBehind(link.number, at: replay.sequence)
                    break
                }
            }
        }
        node.queueChanged(machine.waitingByteCount)
    }

    // MARK: What is known

    func listenersChanged(_ key: MeshKey, by count: Int) {
        // No event has so long a name.
        guard key.bytes.count <= MeshKey.byteCountMax else { return }
        machine.want(key, count)
        settle()
    }

    var queuedByteCount: Int { machine.waitingByteCount }

    var isLagging: Bool { machine.isLagging }

    /// Whether a neighbour has asked for the events of this node.
    var isAsked: Bool { machine.isAsked }

    func send(_ content: Value, to identity: MeshIdentity) -> Bool {
        defer { settle() }
        return machine.send(content, to: identity)
    }

    func end() {
        for (key, count) in machine.interest.counts { machine.want(key, -count) }
        takeEffects()
    }

    func stop() {
        timer.cancel()
        pauses.stop()
        // They keep listeners, who may keep the node.
        paths = []
        deliveries.stop()
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
        retiredPaths = []
        unusedNumbers += endedNumbers
        endedNumbers = []
        let postponed = postponed
        self.postponed = []
        for action in postponed { action() }
        if let pause = storm.batchEnds()?.pause { node.pauseReading(for: pause) }
    }
}
