/// Asking neighbours for the events of nodes, and being asked.
extension MeshMachine {
    // MARK: Asking

    /// What is wanted of a node: by this one, and by those that pull its events from this one.
    private func wanted(_ stream: MeshStream) -> MeshInterest {
        var wanted = interest
        for child in stream.children where child.link != stream.parent { wanted.add(child.interest) }
        return wanted
    }

    /// The events of a node have to be asked for, again or for the first time, at the end of the turn. What was asked
    /// before is not waited for: there is more that is wanted now.
    mutating func pull(_ node: Int, _ stream: MeshStream) {
        stream.serial = 0
        stream.isDue = true
        pulls.append(node)
    }

    /// Sends the pulls that are due, those that want the same together.
    mutating func sendPulls() {
        var plain = MeshBatches<MeshMessage.Pull>()
        let due = pulls
        pulls = []
        let ownKeys = Set(interest.counts.keys)
        for node in Set(due).sorted() {
            guard let stream = streams[node] else { continue }
            stream.isDue = false
            guard let parent = stream.parent else { continue }
            for child in stream.children { child.passedOn = nil }
            introduce(node, to: parent)
            serial += 1
            stream.serial = serial
            let pull = MeshMessage.Pull(node: node, next: stream.firstMissing)
            if stream.children.isEmpty {
                stream.asked = (pull.next, ownKeys)
                plain.add(pull, to: parent)
                continue
            }
            let wanted = wanted(stream)
            stream.asked = (pull.next, Set(wanted.counts.keys))
            send([pull], wanted, to: parent)
        }
        for (parent, pulls) in plain.batches {
            serial += 1
            for pull in pulls { streams[pull.node]?.serial = serial }
            send(pulls, interest, to: parent)
        }
    }

    /// Sends a pull, ahead of it as much of what is wanted as one message cannot hold.
    private mutating func send(_ pulls: [MeshMessage.Pull], _ interest: MeshInterest, to parent: Int) {
        var parts = MeshMessage.parts(of: interest.counts.map { MeshMessage.Change(key: $0.key, count: $0.value) })
        let last = parts.popLast() ?? []
        for part in parts { send(.pull(serial: serial, [], part), to: parent) }
        send(.pull(serial: serial, pulls, last), to: parent)
    }

    /// The answer to a pull.
    mutating func begin(_ node: Int, _ serial: UInt64, _ next: UInt64, _ lostCount: UInt64, _ link: Int) {
        guard let stream = streams[node], node > 0, stream.parent == link, stream.serial == serial else { return }
        // Since then somebody has asked for more than this is the answer to: it is asked for before the turn ends.
        guard !pulls.contains(node) else { return }
        stream.isAccepting = true
        stream.sureKeys = stream.asked.keys
        let here = max(stream.next ?? next, next)
        if stream.next ?? next < next { lose(lostCount, of: stream) }
        for child in stream.children {
            let first = child.next(of: stream) ?? here
            if case .waiting = child.state { continue }
            guard first < next else { continue }
            if lostCount > 0 { send(.lost(node: node, count: lostCount), to: child.link) }
            stream.set(next == here ? .inStep : .behind(next: next), of: child)
        }
        stream.next = here
        for child in stream.children {
            guard case .waiting(let wanted) = child.state else { continue }
            let first = wanted ?? here
            start(child, of: node, stream, at: max(first, next), lostCount: first < next ? lostCount : 0)
        }
        answerBarrier(of: node, stream)
    }

    /// A child gets events from now on.
    private mutating func start(
        _ child: MeshChild, of node: Int, _ stream: MeshStream, at next: UInt64, lostCount: UInt64
    ) {
        stream.set(next == stream.next ? .inStep : .behind(next: next), of: child)
        introduce(node, to: child.link)
        send(.begin(node: node, serial: child.serial, next: next, lostCount: lostCount), to: child.link)
    }

    private mutating func lose(_ count: UInt64, of stream: MeshStream) {
        if count > 0 { effects.append(.lost(stream.identity, count: count)) }
    }

    // MARK: Being asked

    /// What one message cannot hold comes in parts, ahead of the pull.
    mutating func announce(_ wanted: [MeshMessage.Change], _ neighbour: MeshNeighbour) {
        for change in wanted {
            guard hasRoom(for: change.key, in: neighbour.announced, of: neighbour) else {
                tellSurplus(neighbour)
                continue
            }
            neighbour.announced.add(change.key, change.count)
        }
    }

    mutating func receive(
        _ pull: MeshMessage.Pull, _ serial: UInt64, _ interest: MeshInterest, _ neighbour: MeshNeighbour, _ link: Int,
        _ now: Instant
    ) throws(MeshViolation) {
        let node = try node(pull.node, neighbour)
        guard let stream = streams[node] else { return }
        let before = stream.remove(link)
        neighbour.interestByteCount -= before?.interest.byteCount ?? 0
        let interest = limited(interest, of: neighbour)
        neighbour.interestByteCount += interest.byteCount
        let child = MeshChild(link, serial: serial, interest, .waiting(next: pull.next))
        if node == 0 {
            if let before, !before.interest.isContained(in: interest) { shrank() }
            stream.add(child)
            return serve(child, from: pull.next)
        }
        let known = stream.isAccepting ? stream.sureKeys : stream.asked.keys
        let grows = interest.counts.keys.contains { !known.contains($0) }
        let passedOn = before.map { $0.passedOn ?? $0.interest } ?? MeshInterest()
        stream.add(child)
        if let before { forgetUnwanted(stream, before.interest.counts.keys) }
        guard stream.parent != nil, stream.parent != link else { return }
        guard !stream.isDue else {
            child.passedOn = passedOn
            return
        }
        guard stream.isAccepting, let here = stream.next else {
            // What it needs may be more than this node has asked for.
            let isAsked = pull.next.map { next in stream.asked.next.map { $0 <= next } ?? false } ?? true
            guard isAsked, !grows else {
                child.passedOn = passedOn
                return self.pull(node, stream)
            }
            return passOn(interest, instead: passedOn, of: node, stream, keptFor: 0)
        }
        let next = pull.next ?? here
        guard grows || next < here else {
            start(child, of: node, stream, at: next, lostCount: 0)
            return passOn(interest, instead: passedOn, of: node, stream, keptFor: 0)
        }
        child.passedOn = passedOn
        self.pull(node, stream)
    }

    /// Tells the parent what is wanted more, or less.
    private mutating func passOn(
        _ interest: MeshInterest, instead former: MeshInterest, of node: Int, _ stream: MeshStream, keptFor: UInt64
    ) {
        guard let parent = stream.parent else { return }
        var changes: [MeshKey: Int] = interest.counts
        for (key, count) in former.counts { changes[key] = (changes[key] ?? 0) - count }
        let list = changes.filter { $0.value != 0 }.map { MeshMessage.Change(key: $0.key, count: $0.value) }
        for part in MeshMessage.parts(of: list) { send(.want(nodes: [node], part, keptFor: keptFor), to: parent) }
    }

    /// What nobody wants any more is not sure to come when it is wanted again.
    ///
    /// - Parameter keys: what may be wanted no longer.
    private func forgetUnwanted(_ stream: MeshStream, _ keys: some Sequence<MeshKey>) {
        for key in keys
        where !interest.contains(key)
            && !stream.children.contains(where: { $0.link != stream.parent && $0.interest.contains(key) })
        {
            stream.sureKeys.remove(key)
            stream.asked.keys.remove(key)
        }
    }

    /// A neighbour pulls this node's own events.
    private mutating func serve(_ child: MeshChild, from wanted: UInt64?) {
        let first = wanted ?? waitingSince ?? log.next
        waitingSince = nil
        let next = min(max(first, log.oldest), log.next)
        let lostCount = log.forgottenCount(from: first) { child.interest.matches(keys[$0]) }
        start(child, of: 0, own, at: next, lostCount: lostCount)
        if child.state != .inStep { effects.append(.catchUp(child.link)) }
        effects.append(.interestChanged)
    }

    /// A neighbour gets the events of a node over another way.
    mutating func leave(_ node: Int, _ neighbour: MeshNeighbour, _ link: Int, _ now: Instant) {
        guard let stream = streams[node], let child = stream.remove(link) else { return }
        neighbour.interestByteCount -= child.interest.byteCount
        missed(child, of: node, stream, for: MeshSettings.handover, now)
    }

    /// A child is gone, but what it wants may be wanted over another way. Where the events come from, they are kept for
    /// a while.
    mutating func missed(
        _ child: MeshChild, of node: Int, _ stream: MeshStream, for time: UInt64, _ now: Instant
    ) {
        defer { reached(nil, of: node, stream, by: child.link) }
        guard !child.interest.isEmpty else { return }
        guard node == 0 else {
            // What came from the parent was not passed on to it.
            guard child.link != stream.parent else { return }
            forgetUnwanted(stream, child.interest.counts.keys)
            return passOn(
                MeshInterest(), instead: child.passedOn ?? child.interest, of: node, stream, keptFor: time)
        }
        keep(child.interest, until: now + time)
        shrank()
    }

    private mutating func keep(_ interest: MeshInterest, until: Instant) {
        if absent.count >= Self.absentCountMax { absent.removeFirst() }
        absent.append((interest, until))
        own.forgetRoutes()
    }

    /// 1 000 neighbours that are gone; the first of them is given up for one more.
    private static let absentCountMax = 1_000

    // MARK: Interest

    /// A neighbour wants more, or less.
    mutating func want(
        _ nodes: [Int], _ changes: [MeshMessage.Change], keptFor: UInt64, _ neighbour: MeshNeighbour, _ link: Int,
        _ now: Instant
    ) {
        var passed = MeshBatches<Int>()
        for node in nodes {
            guard let stream = streams[node], let child = stream.child(link) else { continue }
            neighbour.interestByteCount -= child.interest.byteCount
            let told = change(child, changes, of: neighbour, isDue: stream.isDue, isKept: keptFor > 0)
            neighbour.interestByteCount += child.interest.byteCount
            stream.forgetRoutes()
            forgetUnwanted(stream, changes.lazy.map(\.key))
            if node == 0 { wantedOfThis(told, keptFor, now) }
            guard let parent = stream.parent, parent != link, !told.isEmpty else { continue }
            if told == changes {
                passed.add(node, to: parent)
            } else {
                send(.want(nodes: [node], told, keptFor: keptFor), to: parent)
            }
        }
        for (parent, nodes) in passed.batches {
            send(.want(nodes: nodes, changes, keptFor: keptFor), to: parent)
        }
    }

    /// - Returns: what the parent has to be told of it, and no more than that: it does not know for whom it is. While a
    ///   pull is due only what is to be kept is told, of what the parent knows.
    private mutating func change(
        _ child: MeshChild, _ changes: [MeshMessage.Change], of neighbour: MeshNeighbour, isDue: Bool, isKept: Bool
    ) -> [MeshMessage.Change] {
        if isDue, child.passedOn == nil { child.passedOn = child.interest }
        var told: [MeshMessage.Change] = []
        for change in changes {
            guard change.count < 0 || hasRoom(for: change.key, in: child.interest, of: neighbour) else {
                tellSurplus(neighbour)
                continue
            }
            var count = child.interest.add(change.key, change.count)
            if isDue { count = isKept && count < 0 ? child.passedOn?.add(change.key, count) ?? 0 : 0 }
            if count != 0 { told.append(MeshMessage.Change(key: change.key, count: count)) }
        }
        return told
    }

    // MARK: Limits

    /// As much of what a neighbour asks for as there is room for. It may ask for others, whose connections to the mesh
    /// must not end because there are so many of them.
    private mutating func limited(_ interest: MeshInterest, of neighbour: MeshNeighbour) -> MeshInterest {
        guard
            interest.count > settings.interestCountMax
                || neighbour.interestByteCount + interest.byteCount > settings.interestByteCountMax
        else { return interest }
        var limited = MeshInterest()
        for (key, count) in interest.counts where hasRoom(for: key, in: limited, of: neighbour) {
            limited.add(key, count)
        }
        tellSurplus(neighbour)
        return limited
    }

    /// - Parameter interest: what is not counted in the neighbour's bytes.
    private func hasRoom(for key: MeshKey, in interest: MeshInterest, of neighbour: MeshNeighbour) -> Bool {
        if interest.contains(key) { return true }
        return interest.count < settings.interestCountMax
            && neighbour.interestByteCount + interest.byteCount + MeshInterest.byteCount(of: key)
                <= settings.interestByteCountMax
    }

    private mutating func tellSurplus(_ neighbour: MeshNeighbour) {
        guard !neighbour.hasSurplus, let identity = neighbour.identity else { return }
        neighbour.hasSurplus = true
        let limits = "\(settings.interestCountMax) names of one node, or \(settings.interestByteCountMax) bytes in all"
        effects.append(.overLimit("node \"\(identity.id)\" asks for more than \(limits); the rest is passed over"))
    }

    // MARK: Listeners of this node and of others

    private mutating func wantedOfThis(_ changes: [MeshMessage.Change], _ keptFor: UInt64, _ now: Instant) {
        if changes.contains(where: { $0.count < 0 }) { shrank() } else { effects.append(.interestChanged) }
        guard keptFor > 0 else { return }
        keep(MeshInterest(changes.map { ($0.key, -$0.count) }), until: now + keptFor)
    }

    /// This node wants more, or less.
    ///
    /// - Parameter count: by how many listeners.
    package mutating func want(_ key: MeshKey, _ count: Int) {
        let count = interest.add(key, count)
        guard count != 0 else { return }
        var passed = MeshBatches<Int>()
        for (node, stream) in streams.enumerated() {
            guard let stream else { continue }
            stream.forgetRoutes()
            forgetUnwanted(stream, CollectionOfOne(key))
            // The pull that is due will tell.
            if let parent = stream.parent, !stream.isDue { passed.add(node, to: parent) }
        }
        let change = MeshMessage.Change(key: key, count: count)
        for (parent, nodes) in passed.batches {
            send(.want(nodes: nodes, [change], keptFor: 0), to: parent)
        }
    }

    /// How many listeners others have for events of `key` that this node emits, and that will reach them from now on.
    package func subscriberCount(of key: MeshKey) -> Int {
        own.children.reduce(0) { $0 + $1.interest.subscriberCount(of: key) }
    }

    /// Whether a neighbour that is there has pulled this node's events.
    package var isAsked: Bool { !own.children.isEmpty }

    /// What others ask for of one kind: the keys.
    package func keys(of kind: MeshKey.Kind) -> [MeshKey] {
        own.children.flatMap { child in child.interest.counts.keys.filter { $0.kind == kind } }
    }
}
