internal import HarkWire

/// Events, on their way.
extension MeshMachine {
    // MARK: Receiving

    /// An event has arrived.
    ///
    /// - Returns: where it goes; nil when that is nowhere.
    /// - Throws: why the connection has to end.
    package mutating func receive(
        event bytes: UnsafeRawBufferPointer, from link: Int
    ) throws(MeshViolation) -> MeshArrival? {
        guard let neighbour = neighbour(link), neighbour.identity != nil else { return nil }
        var reader = ByteReader(bytes)
        guard let number = reader.readLEB128(), let sequence = reader.readLEB128(), let hopCount = reader.readByte(),
            let keyNumber = reader.readLEB128()
        else { throw .malformed("an event that ends early") }
        guard sequence < .max else { throw .malformed("more events than there can be") }
        guard hopCount <= MeshSettings.hopLimitMax else { throw .malformed("an event without a hop limit") }
        guard number <= UInt64(settings.nodeCountMax), let node = neighbour.node(Int(number)) else {
            throw .malformed("an event of a node that it has not named")
        }
        let (key, inlineKey) = try readKey(keyNumber, &reader, neighbour)
        guard let stream = streams[node], stream.parent == link, stream.isAccepting, let next = stream.next else {
            return nil
        }
        guard Int(hopCount) <= settings.hopLimit else {
            tooFar(node, stream, link)
            return nil
        }
        let isFresh = sequence >= next
        if isFresh { stream.next = sequence &+ 1 }
        // What is new for this node is new for those in step with it, and for them alone when there are no others.
        guard isFresh || stream.lagCount > 0 else { return nil }
        let route = route(of: stream, key, inlineKey)
        let isInStep = stream.lagCount == 0
        let links = isInStep ? route.links : pick(route, stream, sequence, isFresh: isFresh)
        let isLocal = isFresh && route.isLocal
        guard isLocal || !links.isEmpty else { return nil }
        return MeshArrival(
            node: node, sequence: sequence, hopCount: hopCount &+ 1, key: key, inlineKey: inlineKey, isLocal: isLocal,
            links: links, route: isInStep && key != nil ? route : nil, tail: reader.rest)
    }

    /// The way of an event was longer than it should be, because connections have changed: no more of them are taken
    /// before it is known how.
    private mutating func tooFar(_ node: Int, _ stream: MeshStream, _ link: Int) {
        send(.leave(nodes: [node]), to: link)
        stream.parent = nil
        stream.isAccepting = false
    }

    private func readKey(
        _ number: UInt64, _ reader: inout ByteReader, _ neighbour: MeshNeighbour
    ) throws(MeshViolation) -> (Int?, MeshKey?) {
        if number > 0 {
            guard number <= UInt64(MeshKeys.countMax) else { throw .malformed("an event of a key it has not named") }
            guard let key = neighbour.key(Int(number) - 1) else {
                throw .malformed("an event of a key that it has not named")
            }
            return key
        }
        guard let count = reader.readLEB128(), count <= UInt64(MeshKey.byteCountMax),
            let bytes = reader.read(Int(count)), let key = MeshKey(bytes: Array(bytes)), key.isOfEvents
        else { throw .malformed("an event of no key") }
        return (nil, key)
    }

    /// Who of those that want an event needs it, when not all are in step.
    private func pick(
        _ route: MeshRoute, _ stream: MeshStream, _ sequence: UInt64, isFresh: Bool
    ) -> ContiguousArray<Int> {
        var links: ContiguousArray<Int> = []
        for child in stream.children {
            switch child.state {
            case .waiting: continue
            case .inStep: if !isFresh { continue }
            case .behind(let next):
                guard sequence >= next else { continue }
                stream.set(sequence &+ 1 == stream.next ? .inStep : .behind(next: sequence &+ 1), of: child)
            }
            if route.links.contains(child.link) { links.append(child.link) }
        }
        return links
    }

    private func route(of stream: MeshStream, _ key: Int?, _ inlineKey: MeshKey?) -> MeshRoute {
        if let key, let route = stream.route(key) { return route }
        let text = inlineKey ?? key.map { keys[$0] } ?? MeshKey(.name, [])
        let route = MeshRoute(
            isLocal: stream !== own && interest.matches(text),
            links: ContiguousArray(stream.children.filter { $0.interest.matches(text) }.map(\.link)),
            isKept: stream === own && absent.contains { $0.interest.matches(text) })
        if let key { stream.keep(route, for: key) }
        return route
    }

    // MARK: Emitting

    /// What came of an event that this node emits.
    package enum Emission {
        /// Nobody wants it.
        case unwanted
        /// There is no room.
        case full
        /// It is kept, and goes to these.
        case kept(MeshArrival)
    }

    /// This node emits an event.
    ///
    /// - Parameters:
    ///   - key: its number; nil when it has none.
    ///   - tail: what follows the key on the wire. Copied.
    ///   - waits: whether it is kept for whoever comes, where nobody wants it yet.
    ///   - unnumbered: the key that has no number.
    package mutating func emit(
        key: Int?, _ tail: UnsafeRawBufferPointer, waits: Bool, unnumbered: MeshKey? = nil
    ) -> Emission {
        let own = own
        let route = route(of: own, key, unnumbered)
        let isWanted = !route.links.isEmpty || route.isKept
        guard isWanted || waits else { return .unwanted }
        let sequence = log.next
        guard log.append(key: key, tail, keeping: firstUnsent, unnumbered: unnumbered) else { return .full }
        if !isWanted, waitingSince == nil, own.children.isEmpty { waitingSince = sequence }
        own.next = sequence + 1
        // Others get it from the log, behind what they have missed.
        let links = own.lagCount == 0 ? route.links : route.links.filter { own.child($0)?.state == .inStep }
        return .kept(
            MeshArrival(
                node: 0, sequence: sequence, hopCount: 0, key: key, inlineKey: unnumbered, isLocal: false, links: links,
                route: own.lagCount == 0 && key != nil ? route : nil, tail: tail))
    }

    /// The first own event that may not give way: a neighbour that is there waits for it, or whoever comes first.
    var firstUnsent: UInt64 {
        own.firstAwaited(from: waitingSince ?? log.next)
    }

    /// Bytes of own events that a neighbour waits for.
    package var waitingByteCount: Int { firstUnsent < log.next ? log.byteCount(from: firstUnsent) : 0 }

    /// Whether every own event has been written to all connections over which it goes.
    package var isCaughtUp: Bool { firstUnsent == log.next }

    /// Whether own events wait for neighbours that are there.
    package var isLagging: Bool { own.lagCount > 0 }

    /// There is no room for an own event on a connection: it is taken with `nextReplay` later.
    package mutating func fellBehind(_ link: Int, at sequence: UInt64) {
        guard let child = own.child(link), child.state == .inStep || child.state == .behind(next: sequence + 1) else {
            return
        }
        own.set(.behind(next: sequence), of: child)
    }

    /// The next own event for a connection that lags behind; nil when it does no more.
    package mutating func nextReplay(_ link: Int) -> MeshReplay? {
        guard let child = own.child(link), case .behind(var next) = child.state else { return nil }
        while next < log.next {
            let (key, unnumbered, tail) = log.event(next)
            next += 1
            let isWanted = key.map { child.wants($0, keys) } ?? unnumbered.map { child.interest.matches($0) } ?? false
            guard isWanted else { continue }
            own.set(next == log.next ? .inStep : .behind(next: next), of: child)
            return MeshReplay(sequence: next - 1, key: key, inlineKey: unnumbered, tail: tail)
        }
        own.set(.inStep, of: child)
        return nil
    }

    // MARK: Losing

    /// There was no room for an event of another node on a connection.
    package mutating func dropped(_ node: Int, for link: Int) { streams[node]?.child(link)?.lostCount += 1 }

    /// There is room on a connection: it is told what it has lost.
    package mutating func tellLosses(_ link: Int) {
        for (node, stream) in streams.enumerated() {
            guard let child = stream?.child(link), child.lostCount > 0 else { continue }
            send(.lost(node: node, count: child.lostCount), to: link)
            child.lostCount = 0
        }
    }

    /// A neighbour could not pass on events.
    mutating func lost(_ node: Int, _ count: UInt64, _ link: Int) {
        guard let stream = streams[node], stream.parent == link else { return }
        effects.append(.lost(stream.identity, count: count))
        for child in stream.children { send(.lost(node: node, count: count), to: child.link) }
    }

    // MARK: Writing

    /// Sees to it that a neighbour knows the number of the event's key.
    package mutating func declare(_ arrival: MeshArrival) {
        if let route = arrival.route {
            guard !route.isDeclared else { return }
            route.isDeclared = true
        }
        guard let key = arrival.key else { return }
        for link in arrival.links { declare(key, to: link) }
    }

    /// Sees to it that a neighbour knows the number of the key of an event that is sent later.
    package mutating func declare(_ replay: MeshReplay, to link: Int) {
        if let key = replay.key { declare(key, to: link) }
    }

    private mutating func declare(_ key: Int, to link: Int) {
        guard let neighbour = neighbour(link), !neighbour.isTold(key: key) else { return }
        neighbour.tell(key: key)
        send(.key(number: key, keys[key]), to: link)
    }
}
