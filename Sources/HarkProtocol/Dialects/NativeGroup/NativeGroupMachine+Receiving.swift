package import HarkWire

/// What arrives.
extension NativeGroupMachine {
    package mutating func receive(_ datagram: UnsafeRawBufferPointer, from source: DatagramAddress, now: Instant) {
        self.now = now
        parting = nil
        guard phase != .stopped else { return }
        counters.receivedDatagramCount += 1
        counters.receivedByteCount += datagram.count
        let header: NativeGroupHeader
        do {
            header = try NativeGroupHeader(reading: datagram)
        } catch {
            switch error {
            case .malformed:
                refuse(.malformed, source, "not a datagram of a native group; give this group a port of its own")
            case .version(let version):
                refuse(
                    .version, source,
                    "version \(version) of the group protocol; this member speaks \(NativeGroupHeader.version)")
            }
            return
        }
        guard header.group == settings.group, header.sender != sender, header.sender != 0 else { return }
        let known = sources.find(header.sender)
        guard let body = open(datagram, header, known, source) else { return }
        guard let kind = NativeGroupKind(rawValue: header.kind), kind != .parity else {
            unknownKindCount += 1
            return
        }
        if phase == .leaving {
            // What is missing is still answered, and what is waited for is still heard.
            if kind == .request { receiveRequest(body, header, known, source, datagram.count) }
            if kind == .report { receiveReport(body, header.sender, known, source) }
            return
        }
        known?.credit += datagram.count
        switch kind {
        case .data: receiveData(body, header, known, source, datagram.count)
        case .heartbeat: receiveHeartbeat(body, header, known, source, datagram.count)
        case .request: receiveRequest(body, header, known, source, datagram.count)
        case .report: receiveReport(body, header.sender, known, source)
        case .hello: receiveHello(body, header.sender, known, source, datagram.count)
        case .welcome: receiveWelcome(body, known)
        case .goodbye: receiveGoodbye(body, known)
        case .parity: return
        }
    }

    /// What is behind the header, opened if it is sealed; nil when it is refused.
    private mutating func open(
        _ datagram: UnsafeRawBufferPointer, _ header: NativeGroupHeader, _ known: NativeGroupSource?,
        _ source: DatagramAddress
    ) -> UnsafeRawBufferPointer? {
        let body = UnsafeRawBufferPointer(rebasing: datagram[header.byteCount...])
        guard let cipher = seal.cipher else {
            guard header.isSealed else { return body }
            refuse(.ciphertext, source, "an encrypted datagram; this member has no key: set the group's")
            return nil
        }
        guard header.isSealed else {
            refuse(.plaintext, source, "a datagram that is not encrypted; set the group's key there")
            return nil
        }
        if let known, !known.replay.isFresh(header.counter) {
            refuse(.replayed, source, "a datagram that was here before")
            return nil
        }
        if opened.count < body.count {
            opened.deallocate()
            opened = .allocate(byteCount: max(body.count, settings.datagramByteCount), alignment: 16)
        }
        let front = UnsafeRawBufferPointer(rebasing: datagram[..<header.byteCount])
        guard body.count >= cipher.tagByteCount,
            let count = cipher.open(
                body, header: front, sender: header.sender, counter: header.counter, key: header.key, into: opened)
        else {
            refuse(.authentication, source, "a datagram that does not open: other key, or changed on its way")
            return nil
        }
        known?.replay.insert(header.counter)
        return UnsafeRawBufferPointer(rebasing: opened[..<count])
    }

    // MARK: Members

    /// The member that has sent this, which is made known if it is not.
    mutating func meet(
        _ header: NativeGroupHeader, _ known: NativeGroupSource?, _ address: DatagramAddress, _ byteCount: Int
    ) -> NativeGroupSource {
        let source = known ?? add(header, address, byteCount)
        source.heard = now
        // What comes right behind a goodbye was overtaken by it; what comes later shows that it was not meant.
        if source.farewell != nil, now.milliseconds(since: source.farewellAt) >= NativeGroupLimits.farewellDelay {
            source.farewell = nil
        }
        guard !source.isPresent, source.farewell == nil else { return source }
        source.helloCount = 0
        sources.setPresent(source, true)
        effects.append(.joined(source.member))
        schedule(source)
        return source
    }

    private mutating func add(
        _ header: NativeGroupHeader, _ address: DatagramAddress, _ byteCount: Int
    ) -> NativeGroupSource {
        while sources.isFull, let victim = sources.victim(using: &random) { evict(victim) }
        let source = NativeGroupSource(header.sender, address, settings, now)
        source.credit = byteCount
        if header.isSealed { source.replay.insert(header.counter) }
        sources.insert(source)
        return source
    }

    /// A member gives way to another.
    mutating func evict(_ source: NativeGroupSource) {
        if reading === source { stopReading() }
        if let loss = source.stream.takeRest() { tell(loss, of: source) }
        sources.remember(source)
        leave(source)
        ready.removeAll { $0 === source }
        source.isReady = false
        windowByteCount -= source.accountedByteCount
        if source.isAccountedUnverified { unverifiedByteCount -= source.accountedByteCount }
        sources.remove(source)
    }

    /// A member whose datagrams matter is asked for a cookie, soon, and by chance not at once with all the others.
    private mutating func greet(_ source: NativeGroupSource) {
        guard !source.isWelcomed, source.helloDue == nil, source.helloCount == 0 else { return }
        let spread = UInt64(max(groupCount(source) - 1, 0))
        source.helloDue = now + UInt64.random(in: 0...min(spread, NativeGroupLimits.roundTripMax), using: &random)
        schedule(source)
    }

    func groupCount(_ source: NativeGroupSource) -> Int {
        max(settings.expectedMemberCount, sources.presentCount, source.groupCount)
    }

    func timing(_ source: NativeGroupSource) -> RequestTiming {
        // Where questions are put to the sender alone, nobody else hears them, and waiting is of no use.
        RequestTiming(roundTrip: source.roundTrip, groupCount: settings.isUnicast ? 1 : groupCount(source))
    }

    // MARK: Kinds

    private mutating func receiveData(
        _ body: UnsafeRawBufferPointer, _ header: NativeGroupHeader, _ known: NativeGroupSource?,
        _ address: DatagramAddress, _ byteCount: Int
    ) {
        guard let data = NativeGroupData(reading: body) else {
            return refuse(.malformed, address, "a datagram of events that contradicts itself")
        }
        let source = meet(header, known, address, byteCount)
        guard source.farewell == nil || source.isStreaming else { return }
        if !source.isWelcomed { greet(source) }
        if !resume(source) {
            // Where the oldest one is, a heartbeat tells; and what is sent again for somebody else is nothing new.
            guard settings.joinPoint == .live ? !header.isRepair : data.sequence == 0 else { return }
            source.beginStream(next: data.sequence, ordinal: nil)
            source.stream.isHeld = isDoubtful(source)
        }
        let isGap = data.sequence > source.stream.end
        let due = isGap ? firstRequest(source) : now
        let room = self.room(for: source)
        let arrival = source.stream.arrive(data.sequence, body, room: room, now, due: due)
        switch arrival {
        case .next: begin(data, of: source)
        case .kept:
            account(source)
            // With too many gaps the first one was given up, and what has waited for it goes on.
            if source.stream.isFollowed { goOn(source) }
        case .refused: makeRoom(source)
        case .repeated: break
        }
        if isGap { schedule(source) }
    }

    /// A member that had given way to another one goes on where it was: nothing of it is heard twice.
    ///
    /// - Returns: whether its stream has begun.
    func resume(_ source: NativeGroupSource) -> Bool {
        guard !source.isStreaming, let place = sources.place(source.id) else { return source.isStreaming }
        source.beginStream(next: place.next, ordinal: place.ordinal)
        source.stream.isHeld = isDoubtful(source)
        return true
    }

    /// Whether what it sends may be a recording: a welcome, which names this member, is none. In a plain group nothing
    /// would be gained by waiting for it.
    private func isDoubtful(_ source: NativeGroupSource) -> Bool { seal.cipher != nil && source.cookie == nil }

    /// When to ask for what was found to be missing now.
    private mutating func firstRequest(_ source: NativeGroupSource) -> Instant {
        let timing = timing(source)
        return now + timing.allowance + timing.firstBackoff(using: &random)
    }

    private mutating func receiveHeartbeat(
        _ body: UnsafeRawBufferPointer, _ header: NativeGroupHeader, _ known: NativeGroupSource?,
        _ address: DatagramAddress, _ byteCount: Int
    ) {
        guard let heartbeat = NativeGroupHeartbeat(reading: body) else {
            return refuse(.malformed, address, "a heartbeat that contradicts itself")
        }
        let source = meet(header, known, address, byteCount)
        if source.member.address != address { source.member = GroupMember(id: source.member.id, address: address) }
        source.echo = (heartbeat.time, now)
        source.groupCount = min(Int(heartbeat.groupCount), NativeGroupSettings.memberCountDefault * 64)
        source.heartbeat = min(max(UInt64(heartbeat.interval), 10), 86_400_000)
        let roundTrip = max(UInt64(heartbeat.roundTrip), source.measured ?? 1)
        source.roundTrip = min(roundTrip, NativeGroupLimits.roundTripMax)
        if heartbeat.next > 0, !source.isWelcomed { greet(source) }
        if !resume(source) {
            let isStored = settings.joinPoint == .stored
            source.beginStream(
                next: isStored ? heartbeat.oldest : heartbeat.next, ordinal: isStored ? nil : heartbeat.ordinal)
            source.stream.isHeld = isDoubtful(source)
        }
        claim(heartbeat.next, heartbeat.ordinal, of: source)
        source.stream.giveUp(below: heartbeat.oldest)
        if settings.isTagged, source.isVerified, source.reportDue == nil { writeReport(source) }
        schedule(source)
    }

    private mutating func receiveGoodbye(_ body: UnsafeRawBufferPointer, _ known: NativeGroupSource?) {
        var reader = ByteReader(body)
        guard let source = known, source.farewell == nil, let next = reader.readLittleEndian(UInt64.self),
            let ordinal = reader.readLittleEndian(UInt64.self), next < NativeGroupSource.numberMax,
            ordinal < NativeGroupSource.numberMax
        else { return }
        source.heard = now
        source.farewell = next
        source.farewellAt = now
        guard source.isStreaming else { return leave(source) }
        claim(next, ordinal, of: source)
        schedule(source)
    }

    /// The sender has told how far it is.
    private mutating func claim(_ next: UInt64, _ ordinal: UInt64, of source: NativeGroupSource) {
        if next > source.stream.end {
            source.stream.announce(next, now, due: firstRequest(source))
        }
        source.stream.claim(next, ordinal: ordinal)
        goOn(source)
    }
}
