package import HarkWire

/// Connections to other nodes, and what is said over them.
extension MeshMachine {
    /// The version of this protocol.
    static let version = 1

    /// There is a connection to somebody.
    ///
    /// - Parameter link: its number, which stands for no other one that is there. The smallest one that is free: for
    ///   each number that ever was used there is memory.
    package mutating func connected(_ link: Int) {
        while links.count <= link { links.append(nil) }
        links[link] = MeshNeighbour()
        send(
            .hello(version: Self.version, channel: settings.channel, identity: settings.identity), to: link)
    }

    /// A connection is lost. What was said over it means nothing any more.
    package mutating func disconnected(_ link: Int, _ now: Instant) {
        guard neighbour(link) != nil else { return }
        links[link] = nil
        for (node, stream) in streams.enumerated() {
            guard let stream, let child = stream.remove(link) else { continue }
            missed(child, of: node, stream, for: settings.absence, now)
        }
        for case let stream? in streams where stream.parent == link {
            stream.parent = nil
            stream.isAccepting = false
            // There may be another connection to the same neighbour.
            isWayLost = true
        }
        connectionsChanged()
        forgetStrangers()
    }

    /// A message has arrived.
    ///
    /// - Throws: why the connection has to end.
    package mutating func receive(_ value: Value, from link: Int, _ now: Instant) throws(MeshViolation) {
        guard neighbour(link) != nil else { return }
        try receive(MeshMessage(value), from: link, now)
    }

    /// As the other one, for a message that was read before.
    package mutating func receive(
        _ message: MeshMessage, from link: Int, _ now: Instant
    ) throws(MeshViolation) {
        guard let neighbour = neighbour(link) else { return }
        guard neighbour.identity != nil else {
            // What was said over an earlier connection may come once more.
            guard case .hello(let version, let channel, let identity) = message else { return }
            return try greet(neighbour, link, version, channel, identity, now)
        }
        switch message {
        case .hello: throw .malformed("a second hello")
        case .node(let number, let identity): try name(number, identity, neighbour, now)
        case .states(let states): try learn(states, neighbour)
        case .key(let number, let key):
            guard number < MeshKeys.countMax else { throw .overLimit("it uses more than \(MeshKeys.countMax) keys") }
            guard key.isOfEvents else { throw .malformed("a key of no event") }
            if neighbour.key(number) != nil { for stream in streams { stream?.forgetRoutes() } }
            neighbour.set(key: number, to: keys.number(ofOther: key), key)
        case .pull(let serial, let pulls, let wanted):
            announce(wanted, neighbour)
            guard !pulls.isEmpty else { return }
            let interest = neighbour.announced
            neighbour.announced = MeshInterest()
            for pull in pulls { try receive(pull, serial, interest, neighbour, link, now) }
        case .begin(let number, let serial, let next, let lostCount):
            guard next < .max else { throw .malformed("more events than there can be") }
            begin(try node(number, neighbour), serial, next, lostCount, link)
        case .want(let nodes, let changes, let keptFor):
            var wanted: Set<Int> = []
            for number in nodes { wanted.insert(try node(number, neighbour)) }
            want(wanted.sorted(), changes, keptFor: min(keptFor, settings.absence), neighbour, link, now)
        case .leave(let nodes):
            for number in nodes { leave(try node(number, neighbour), neighbour, link, now) }
        case .lost(let number, let count): lost(try node(number, neighbour), count, link)
        case .direct(let to, let from, let hopCount, let content):
            pass(to: try node(to, neighbour), from: try node(from, neighbour), hopCount, content)
        case .barrier(let number, let serial): pass(barrier: serial, of: try node(number, neighbour), from: link)
        case .reached(let number, let serial): reached(serial, of: try node(number, neighbour), by: link)
        }
    }

    private mutating func greet(
        _ neighbour: MeshNeighbour, _ link: Int, _ version: Int, _ channel: String, _ identity: MeshIdentity,
        _ now: Instant
    ) throws(MeshViolation) {
        guard version == Self.version else { throw .version(version) }
        guard channel == settings.channel else { throw .channel(channel) }
        guard identity.id != settings.identity.id else { throw .duplicate(identity.id) }
        for (other, known) in links.enumerated() {
            guard let known, known.identity?.id == identity.id, let there = known.identity, there != identity else {
                continue
            }
            // Of two processes the one that was started later is there; the other one may not know that it is dead.
            guard identity.incarnation > there.incarnation else { throw .duplicate(identity.id) }
            effects.append(.refused(other, .duplicate(identity.id)))
        }
        guard number(of: identity, now) != nil else {
            throw .overLimit("there are more than \(settings.nodeCountMax) nodes")
        }
        neighbour.identity = identity
        effects.append(.joined(link, identity))
        greetedLinks.append(link)
        connectionsChanged()
    }

    /// What a neighbour's number of a node stands for.
    func node(_ number: Int, _ neighbour: MeshNeighbour) throws(MeshViolation) -> Int {
        guard let node = neighbour.node(number) else { throw .malformed("a node that it has not named") }
        return node
    }

    private mutating func name(
        _ number: Int, _ identity: MeshIdentity, _ neighbour: MeshNeighbour, _ now: Instant
    ) throws(MeshViolation) {
        guard number <= settings.nodeCountMax else {
            throw .overLimit("it names more than \(settings.nodeCountMax) nodes")
        }
        let node = self.number(of: identity, now)
        if let former = neighbour.node(number), former != node { streams[former]?.forgetRoutes() }
        neighbour.set(node: number, to: node)
        guard node == nil, !neighbour.isOverLimit else { return }
        neighbour.isOverLimit = true
        effects.append(.overLimit("there are more than \(settings.nodeCountMax) nodes; \(identity.id) is passed over"))
    }

    /// The number of a node, which gets one if it has none; nil when there are too many.
    private mutating func number(of identity: MeshIdentity, _ now: Instant) -> Int? {
        if let known = numbers[identity] { return known }
        guard numbers.count <= settings.nodeCountMax else { return nil }
        let stream = MeshStream(identity)
        stream.lostSince = now
        let node: Int
        if let free = unused.popLast() {
            node = free
            streams[node] = stream
        } else {
            node = streams.count
            streams.append(stream)
        }
        numbers[identity] = node
        idCounts[identity.id] = (idCounts[identity.id] ?? 0) + 1
        return node
    }

    /// Somebody is gone who may have named more nodes than there are: where they take the room of others they are
    /// forgotten, unless somebody else speaks of them too, or something is known of their events.
    private mutating func forgetStrangers() {
        guard numbers.count > settings.nodeCountMax / 2 else { return }
        var strangers: Set<Int> = []
        for node in streams.indices.dropFirst() {
            guard let stream = streams[node], stream.lostSince != nil, stream.next == nil, stream.children.isEmpty
            else {
                continue
            }
            strangers.insert(node)
        }
        for case let neighbour? in links { strangers.subtract(neighbour.namedNodes) }
        forget(strangers)
    }

    // MARK: Twins

    /// There is a way to a node. Another one of that name should be none any more.
    mutating func suspectTwins(_ identity: MeshIdentity, _ now: Instant) {
        guard twins[identity.id] == nil, isTwin(identity.id) else { return }
        twins[identity.id] = now
    }

    /// Whether there is a way to more than one node of this name.
    private func isTwin(_ id: String) -> Bool {
        guard idCounts[id] ?? 0 > 1 else { return false }
        return streams.reduce(0) { count, stream in
            guard let stream, stream.identity.id == id, stream.distance != nil || stream === own else { return count }
            return count + 1
        } > 1
    }

    /// 5 000 ms: a node that was restarted may be there before everybody knows that it was gone.
    private static let twinTolerance: UInt64 = 5_000

    /// Tells of nodes that have shared a name for a while.
    mutating func tellTwins(_ now: Instant) {
        for (id, since) in twins where now.milliseconds(since: since) >= Self.twinTolerance {
            guard isTwin(id) else {
                twins[id] = nil
                toldTwins.remove(id)
                continue
            }
            if toldTwins.insert(id).inserted { effects.append(.twins(id)) }
        }
    }
}
