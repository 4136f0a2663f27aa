import HarkWire

/// What is delivered.
extension NativeGroupMachine {
    package mutating func nextEffect() -> GroupEffect? {
        // Most of what is told is the next event of a datagram.
        if effects.isEmpty, lending == .nothing, let member = readingMember, frames.readEvent() {
            counters.receivedEventCount &+= 1
            return .event(GroupEvent(name: frames.name, arguments: frames.arguments, member: member))
        }
        return nextOther()
    }

    @inline(never)
    private mutating func nextOther() -> GroupEffect? {
        while true {
            if !effects.isEmpty { return effects.removeFirst() }
            guard let source = reading else {
                guard readNextReady() else { return nil }
                continue
            }
            if lending != .nothing {
                if let event = lendAssembly(source) { return event }
                continue
            }
            switch frames.next() {
            case .event:
                counters.receivedEventCount &+= 1
                return .event(GroupEvent(name: frames.name, arguments: frames.arguments, member: source.member))
            case .part(let length): assemble(length, of: source)
            case .end: finishReading(source)
            case .malformed:
                refuse(.malformed, source.member.address, "a datagram of events that cannot be read to its end")
                finishReading(source)
            }
        }
    }

    /// A stream goes on with what waits in its window.
    private mutating func readNextReady() -> Bool {
        while let source = ready.popLast() {
            source.isReady = false
            if !readHeld(source) {
                settle(source)
                continue
            }
            return true
        }
        return !effects.isEmpty
    }

    /// The stream may go on, or be at its end.
    mutating func goOn(_ source: NativeGroupSource) {
        guard !source.isReady, reading !== source else { return }
        source.isReady = true
        ready.append(source)
    }

    /// The datagram is the next one of its sender, and is read where it is.
    mutating func begin(_ data: NativeGroupData, of source: NativeGroupSource) {
        if let loss = source.stream.begin(data, room: room(for: source)) { tell(loss, of: source) }
        frames = NativeGroupFrames(data.frames)
        reading = source
        readingMember = source.member
        if source.stream.isAssembled { lending = .due }
    }

    private mutating func readHeld(_ source: NativeGroupSource) -> Bool {
        releaseHeld()
        guard let datagram = source.stream.following() else { return false }
        held = datagram
        guard let data = NativeGroupData(reading: UnsafeRawBufferPointer(datagram)) else { return false }
        begin(data, of: source)
        return true
    }

    private mutating func releaseHeld() {
        held?.deallocate()
        held = nil
    }

    private mutating func lendAssembly(_ source: NativeGroupSource) -> GroupEffect? {
        guard lending == .due else {
            source.stream.finishAssembly()
            lending = .nothing
            return nil
        }
        lending = .lent
        counters.receivedEventCount &+= 1
        return .event(
            GroupEvent(
                name: source.stream.assembly.name, arguments: source.stream.assembly.arguments, member: source.member))
    }

    private mutating func assemble(_ length: Int, of source: NativeGroupSource) {
        let name = frames.name
        guard length + name.count <= settings.messageByteCount else {
            let limit = settings.messageByteCount
            return refuse(.overLimit, source.member.address, "an event of \(length) bytes; this member takes \(limit)")
        }
        guard frames.arguments.count <= room(for: source) else { return makeRoom(source) }
        source.stream.assemble(name, frames.arguments, length: length)
        account(source)
    }

    private mutating func finishReading(_ source: NativeGroupSource) {
        source.stream.finish(eventCount: frames.count)
        reading = nil
        readingMember = nil
        if source.stream.isFollowed, readHeld(source) { return }
        releaseHeld()
        settle(source)
        if settings.isTagged { reportSoon(source) }
    }

    /// What is read is not needed any more.
    mutating func stopReading() {
        reading = nil
        readingMember = nil
        lending = .nothing
        releaseHeld()
    }

    /// Nothing follows at the moment.
    private mutating func settle(_ source: NativeGroupSource) {
        if source.accountedByteCount != source.stream.byteCount { account(source) }
        if let loss = source.stream.settle() { tell(loss, of: source) }
        guard source.isPresent else { return abandon(source) }
        guard let farewell = source.farewell, source.stream.next >= farewell else { return }
        leave(source)
    }

    /// A member that is gone will not end what it has begun: that takes no more room. What it misses is first given up
    /// in its time.
    mutating func abandon(_ source: NativeGroupSource) {
        if source.stream.isHeld {
            source.endStream()
        } else {
            guard source.stream.gaps.isEmpty, !source.stream.isFollowed, reading !== source else { return }
            if let loss = source.stream.takeRest() { tell(loss, of: source) }
            source.stream.release()
        }
        account(source)
    }

    mutating func tell(_ loss: NativeGroupStream.Loss, of source: NativeGroupSource) {
        let eventCount = loss.eventCount.map { Int(clamping: $0) }
        counters.addLost(eventCount ?? 0)
        effects.append(
            .lost(
                GroupLoss(
                    member: source.member, eventCount: eventCount, datagramCount: Int(clamping: loss.datagramCount))))
    }

    // MARK: Room

    /// How many more bytes a stream may keep. Half of all room is for those who have proved that they are there.
    func room(for source: NativeGroupSource) -> Int {
        let share = settings.windowByteCount / 2
        guard !source.isVerified else {
            return max(min(share - source.accountedByteCount, settings.windowByteCount - windowByteCount), 0)
        }
        let own = NativeGroupLimits.unverifiedByteCount - source.accountedByteCount
        return max(min(own, share - unverifiedByteCount), 0)
    }

    /// A stream takes more room than before, or less, or has proved itself.
    mutating func account(_ source: NativeGroupSource) {
        let byteCount = source.stream.byteCount
        windowByteCount += byteCount - source.accountedByteCount
        if source.isAccountedUnverified { unverifiedByteCount -= source.accountedByteCount }
        source.isAccountedUnverified = !source.isVerified
        if source.isAccountedUnverified { unverifiedByteCount += byteCount }
        source.accountedByteCount = byteCount
    }

    /// There is no room for what a sender has sent: what it misses longest is given up, so that what waits for that can
    /// be delivered.
    mutating func makeRoom(_ source: NativeGroupSource) {
        refuse(.overLimit, source.member.address, "no room for datagrams that wait for missing ones")
        source.stream.giveUpFirst()
        goOn(source)
    }
}
