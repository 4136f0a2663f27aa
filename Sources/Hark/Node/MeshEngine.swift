internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Joins the mesh machine, the connections of a node and its listeners.
@EventLoop
final class MeshEngine: NodeEngine {
    unowned let node: Node
    private let clock: any EventClock
    @exclusivity(unchecked) var machine: MeshMachine
    /// By their numbers.
    @exclusivity(unchecked) private var links: ContiguousArray<NodeLink?> = []
    /// Numbers that stand for no connection any more; and those of which what was said before is still to be done.
    private var unusedNumbers: [Int] = []
    private var endedNumbers: [Int] = []
    private var isDirty = false
    /// Whether an event is being written, and what has to wait for that, because it may lead to further ones.
    @exclusivity(unchecked) private var isForwarding = false
    private var postponed: [@EventLoop () -> Void] = []
    private lazy var timer = clock.timer { [unowned self] in tick() }
    let requests: MeshRequests

    /// Keys' numbers of event names, by the names' ids.
    @exclusivity(unchecked) private var numbers: ContiguousArray<Int32> = []
    /// Heads, and own events with what precedes their arguments.
    @exclusivity(unchecked) private var head: ByteWriter
    @exclusivity(unchecked) private var tail: ByteWriter
    private let deliveries: MeshDeliveries
    /// Members of groups by the name of the event and the group, of other nodes.
    private var groups: [String: [[MeshKey]]]?
    private var turn = 0
    private var storm = LocalStormWatch()

    /// 1 s: how often it is seen to what is kept for a while only.
    private static let tickInterval: UInt64 = 1_000

    init(_ node: Node, incarnation: UInt64) {
        self.node = node
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
        requests = MeshRequests(node)
        deliveries = MeshDeliveries(node)
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
        endedNumbers.append(link.number)
        machine.disconnected(link.number, now)
        settle()
    }

    func drained(_ peer: Node.Peer) {
        guard let link = peer.link else { return }
        afterForwarding { [self] in
            guard links[link.number] === link else { return }
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
    func received(event bytes: UnsafeRawBufferPointer, over peer: Node.Peer) {
        guard let link = peer.link else { return }
        do throws(MeshViolation) {
            guard let arrival = try machine.receive(event: bytes, from: link.number) else {
                if machine.hasEffects { settle() }
                return
            }
            if !arrival.links.isEmpty { forward(arrival) }
            if arrival.isLocal { deliveries.deliver(arrival, machine.keys, machine.identity(arrival.node)?.id) }
        } catch {
            refuse(link, error)
            settle()
        }
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
        case .send(let number, let message): if let link = link(number), !link.say(message) { missed(message, link) }
        case .joined(let number, let identity):
            link(number)?.greeting?.cancel()
            if let peer = link(number)?.peer { node.greeted(peer, identity.id) }
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
        node.interestChanged()
    }

    // MARK: Sending

    /// Passes an event on.
    ///
    /// - Returns: whether it leaves with this turn, over all connections.
    @discardableResult
    private func forward(_ arrival: MeshArrival) -> Bool {
        let isOutermost = !isForwarding
        isForwarding = true
        defer { if isOutermost { isForwarding = false } }
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
            } else if arrival.node != 0, !link.hasRelayRoom || !link.write(bytes, arrival.tail) {
                machine.dropped(arrival.node, for: number)
                node.relayDropped()
                isWritten = false
            } else if arrival.node == 0, !link.write(bytes, arrival.tail) {
                machine.fellBehind(number, at: arrival.sequence)
                isWritten = false
            } else if !link.isWritable {
                isWritten = false
            }
        }
        return isWritten
    }

    private func catchUp(_ link: NodeLink) {
        while link.hasRoom, links[link.number] === link, let arrival = machine.nextReplay(link.number) {
            forward(arrival)
        }
        node.queueChanged(machine.waitingByteCount)
    }

    func emit(_ name: EmittedName, _ arguments: UnsafeRawBufferPointer, to audience: NodeAudience) -> EmitResult {
        let isOutermost = !isForwarding
        isForwarding = true
        defer { if isOutermost { isForwarding = false } }
        let depth = depth(of: name)
        tail.abandonFrame()
        tail.beginFrame()
        switch audience {
        case .everybody:
            let key = number(of: name)
            tail.append(MeshTail.byte(isNamed: false, depth: depth))
            tail.append(arguments)
            let unnumbered = key == nil ? MeshKey(.name, Array(name.text.utf8)) : nil
            let result = emit(key, tail.frameBytes(), unnumbered)
            return groups?.isEmpty == true ? result : emitToGroups(name, tail.frameBytes(), result)
        case .room(let room):
            // Nobody can be in a room with so long a name.
            guard room.utf8.count <= Node.nameByteCountMax else { return .noListeners }
            let text = name.text
            tail.append(MeshTail.byte(isNamed: true, depth: depth))
            tail.appendLEB128(UInt64(text.utf8.count))
            tail.append(utf8: text)
            tail.append(arguments)
            return emit(MeshKey(.room, Array(room.utf8)), tail.frameBytes())
        }
    }

    private func emit(_ key: MeshKey, _ tail: UnsafeRawBufferPointer) -> EmitResult {
        let number = machine.number(of: key)
        return emit(number, tail, number == nil ? key : nil)
    }

    private func emit(_ key: Int?, _ tail: UnsafeRawBufferPointer, _ unnumbered: MeshKey?) -> EmitResult {
        guard tail.count <= node.options.limits.frameByteCount - 1_024 else { return .dropped(.tooLarge) }
        switch machine.emit(key: key, tail, waits: node.isAwaitingNeighbours, unnumbered: unnumbered) {
        case .unwanted: return .noListeners
        case .full:
            // A quarter of what is kept is what a single event may have.
            return machine.isCaughtUp ? .dropped(.tooLarge) : .dropped(.queueFull)
        case .kept(let arrival):
            let isWritten = forward(arrival)
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
        guard let members = groups[name.text] else { return result }
        var result = result
        // Writing may move what the tail lies in.
        let copy = Array(tail)
        for group in members {
            turn &+= 1
            let other = copy.withUnsafeBytes { emit(group[turn % group.count], $0) }
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
        // No event has so long a name.
        guard key.bytes.count <= MeshKey.byteCountMax else { return }
        machine.want(key, count)
        settle()
    }

    var queuedByteCount: Int { machine.waitingByteCount }

    func send(_ content: Value, to identity: MeshIdentity) -> Bool {
        defer { settle() }
        return machine.send(content, to: identity)
    }

    func end() {
        for (key, count) in machine.interest.counts { machine.want(key, -count) }
        takeEffects()
    }

    func stop() { timer.cancel() }
}

extension MeshEngine: Flushable {
    /// All that has arrived in this turn is through.
    func flush() {
        isDirty = false
        machine.finish(now)
        takeEffects()
        unusedNumbers += endedNumbers
        endedNumbers = []
        let postponed = postponed
        self.postponed = []
        for action in postponed { action() }
        if let pause = storm.batchEnds()?.pause { node.pauseReading(for: pause) }
    }
}
