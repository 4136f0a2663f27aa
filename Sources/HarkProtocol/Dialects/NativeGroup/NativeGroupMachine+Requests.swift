import HarkWire

/// What receivers and senders say to each other about what is missing.
extension NativeGroupMachine {
    /// A welcome behind its header, and a hello too: what asks is never shorter than what is answered.
    private static let greetingByteCount = 28

    private func byteCount(_ body: Int) -> Int { NativeGroupHeader.byteCount + body + seal.byteCount }

    // MARK: Cookies

    /// Shows that a member has received something at the address that it sends from. Made anew when it is needed:
    /// nobody takes memory here by asking.
    private func cookie(_ id: UInt64, _ address: DatagramAddress) -> UInt64 {
        // 0 is no cookie.
        max(hash(id, sender, address), 1)
    }

    private func hash(_ id: UInt64, _ other: UInt64, _ address: DatagramAddress) -> UInt64 {
        let rest = UInt64(address.scope) << 32 | UInt64(address.port) << 8 | (address.isIPv6 ? 1 : 0)
        return cookies.hash(id, other, address.high, address.low, rest)
    }

    /// What hides this member's clock in its hellos: a welcome that brings it back answers one, and is not made up by
    /// somebody who writes a member's address on it and does not receive there.
    private func veil(_ source: NativeGroupSource) -> UInt32 {
        UInt32(truncatingIfNeeded: hash(source.id, ~sender, source.member.address))
    }

    mutating func writeHello(_ source: NativeGroupSource) {
        source.helloDue = nil
        let byteCount = byteCount(Self.greetingByteCount)
        guard !source.isWelcomed || source.isDoubtful, source.helloCount < NativeGroupLimits.helloCountMax else {
            return
        }
        source.helloDue = now + NativeGroupLimits.helloInterval << UInt64(source.helloCount)
        guard source.mayAnswer(byteCount) else { return }
        source.credit -= byteCount
        source.helloCount += 1
        outbox.begin(.hello, sender: sender)
        outbox.put(source.id)
        // 0 is no time.
        outbox.put(max(UInt32(truncatingIfNeeded: now.milliseconds) ^ veil(source), 1))
        outbox.put(echo(source))
        // Zeros, as long as what is longer in the answer.
        outbox.put(UInt32(0))
        outbox.put(UInt64(0))
        outbox.finish(.hello, sender: sender, &seal, to: target(source.member.address))
    }

    mutating func receiveHello(
        _ body: UnsafeRawBufferPointer, _ id: UInt64, _ known: NativeGroupSource?, _ address: DatagramAddress,
        _ byteCount: Int
    ) {
        var reader = ByteReader(body)
        guard let target = reader.readLittleEndian(UInt64.self), let time = reader.readLittleEndian(UInt32.self),
            let echo = reader.readLittleEndian(UInt32.self)
        else { return refuse(.malformed, address, "a hello that is cut off") }
        guard target == sender else { return }
        measure(echo, isProven: false)
        writeWelcome(id, known, address, time: time, asked: byteCount)
    }

    private mutating func writeWelcome(
        _ id: UInt64, _ known: NativeGroupSource?, _ address: DatagramAddress, time: UInt32, asked: Int
    ) {
        let byteCount = byteCount(Self.greetingByteCount)
        guard asked >= byteCount else { return }
        if let known { known.credit -= byteCount }
        outbox.begin(.welcome, sender: sender)
        outbox.put(id)
        outbox.put(time)
        outbox.put(cookie(id, address))
        outbox.put(min(outgoing.store.oldest, outgoing.unsent))
        outbox.finish(.welcome, sender: sender, &seal, to: target(address))
    }

    mutating func receiveWelcome(_ body: UnsafeRawBufferPointer, _ known: NativeGroupSource?) {
        var reader = ByteReader(body)
        guard let source = known, reader.readLittleEndian(UInt64.self) == sender,
            let time = reader.readLittleEndian(UInt32.self), let cookie = reader.readLittleEndian(UInt64.self),
            let oldest = reader.readLittleEndian(UInt64.self), cookie != 0, oldest < NativeGroupSource.numberMax
        else { return }
        source.heard = now
        source.cookie = cookie
        if time != 0 { welcome(time ^ veil(source), source) }
        source.stream.isHeld = false
        account(source)
        goOn(source)
        // What was asked for without a cookie was not answered.
        source.stream.gaps.hasten(now)
        source.requestDue = now
        if settings.joinPoint == .stored, !resume(source) {
            source.beginStream(next: oldest, ordinal: nil)
        }
        if settings.isTagged { writeReport(source) }
        schedule(source)
    }

    /// A hello was answered, if this member said one at that time. Not so long ago that any number would do.
    private func welcome(_ time: UInt32, _ source: NativeGroupSource) {
        guard UInt64(UInt32(truncatingIfNeeded: now.milliseconds) &- time) <= NativeGroupLimits.roundTripMax else {
            return
        }
        source.isWelcomed = true
        let measured = min(source.measured ?? .max, roundTrip(since: time))
        source.measured = measured
        source.roundTrip = max(measured, source.echo == nil ? 1 : source.roundTrip)
        source.helloDue = source.isDoubtful ? now + NativeGroupLimits.helloInterval << UInt64(source.helloCount) : nil
    }

    /// How long ago this member's clock showed that time.
    private func roundTrip(since time: UInt32) -> UInt64 {
        let elapsed = UInt32(truncatingIfNeeded: now.milliseconds) &- time
        return min(max(UInt64(elapsed), 1), NativeGroupLimits.roundTripMax)
    }

    // MARK: Requests

    /// Asks for what a stream misses and is due.
    mutating func writeRequest(_ source: NativeGroupSource) {
        let cookie = source.cookie ?? 0
        let timing = timing(source)
        outbox.begin(.request, sender: sender)
        outbox.put(source.id)
        outbox.put(cookie)
        outbox.put(echo(source))
        // Two numbers of ten bytes at most for each range.
        let countMax = min(NativeGroupLimits.rangeCountMax, outbox.room / 20 - 1)
        // Whoever only pretends to miss something for others must not make this member talk.
        guard source.mayAnswer(byteCount(20 + 20 + NativeGroupLimits.requestPadding)) else {
            source.requestDue = now + NativeGroupLimits.helloInterval
            return
        }
        let ranges = source.stream.gaps.ask(now, countMax: countMax) { timing.retry(attempt: $0) }
        guard !ranges.isEmpty else { return }
        var end: UInt64 = 0
        for range in ranges {
            outbox.putLEB128(range.lowerBound - end)
            outbox.putLEB128(range.upperBound - range.lowerBound)
            end = range.upperBound
        }
        // Without a cookie it is answered by one, which is no shorter than the question: zeros behind the ranges.
        if cookie == 0 { for _ in 0..<NativeGroupLimits.requestPadding { outbox.put(UInt8(0)) } }
        let byteCount = outbox.finish(.request, sender: sender, &seal, to: target(source.member.address))
        if !source.isVerified { source.credit -= byteCount }
        counters.sentRequestCount += 1
        source.requestDue = now + max(NativeGroupLimits.requestInterval, source.roundTrip / 2)
    }

    /// The time of the last heartbeat as if it were sent back at once; 0 when there was none.
    private func echo(_ source: NativeGroupSource) -> UInt32 {
        guard let echo = source.echo else { return 0 }
        return max(echo.time &+ UInt32(truncatingIfNeeded: now.milliseconds(since: echo.at)), 1)
    }

    mutating func receiveRequest(
        _ body: UnsafeRawBufferPointer, _ header: NativeGroupHeader, _ known: NativeGroupSource?,
        _ address: DatagramAddress, _ byteCount: Int
    ) {
        var reader = ByteReader(body)
        guard let target = reader.readLittleEndian(UInt64.self), let cookie = reader.readLittleEndian(UInt64.self),
            let echo = reader.readLittleEndian(UInt32.self)
        else { return refuse(.malformed, address, "a request that is cut off") }
        guard target == sender else {
            // Without a cookie it is not answered, and nobody else's question.
            if cookie != 0, let other = sources.find(target) { overhear(&reader, other) }
            return
        }
        counters.receivedRequestCount += 1
        guard cookie == self.cookie(header.sender, address) else {
            writeWelcome(header.sender, known, address, time: 0, asked: byteCount)
            if cookie != 0 { refuse(.repairRequest, address, "a request with a cookie that is not this member's") }
            return
        }
        if phase == .running {
            let member = meet(header, known, address, byteCount)
            member.isProven = true
            guard member.requests.available(now) > 0 else {
                return refuse(
                    .repairRequest, address,
                    "member \(member.member.id) asks more than \(NativeGroupLimits.requestRate) times a second")
            }
            member.requests.take(1, now)
        }
        measure(echo, isProven: true)
        let waitingCount = repairs.count
        answer(&reader, address)
        sources.find(header.sender)?.askedCount += repairs.count - waitingCount
        nameWorst()
    }

    /// A member has sent this one's clock back.
    ///
    /// - Parameter isProven: whether it has shown a cookie. Others do not make anybody wait for longer.
    private mutating func measure(_ echo: UInt32, isProven: Bool) {
        guard echo != 0 else { return }
        let sample = roundTrip(since: echo)
        // Up fast, and down slowly: who waits too briefly asks in vain. But all wait for so long: one member that was
        // stopped for seconds, and answers a heartbeat from before, must not make them.
        if sample < roundTrip {
            roundTrip = (7 * roundTrip + sample) / 8
        } else if isProven {
            roundTrip = min(sample, 2 * roundTrip)
        }
    }

    private mutating func answer(_ reader: inout ByteReader, _ address: DatagramAddress) {
        let holdOff = min(roundTrip, NativeGroupLimits.holdOffMax)
        var end: UInt64 = 0
        var examinedCount = 0
        var isGone = false
        while let distance = reader.readLEB128(), let count = reader.readLEB128(), count > 0 {
            guard distance < NativeGroupSource.numberMax - end,
                count < NativeGroupSource.numberMax - end - distance
            else { return refuse(.malformed, address, "a request for what was never sent") }
            let start = end + distance
            end = start + count
            isGone = isGone || start < outgoing.store.oldest
            var number = max(start, outgoing.store.oldest)
            while number < min(end, outgoing.unsent), examinedCount < NativeGroupLimits.repairCountMax {
                examinedCount += 1
                if !outgoing.store.isHeldOff(number, holdOff: holdOff, now) { repairs.insert(number, now) }
                number += 1
            }
        }
        if isGone { hastenHeartbeat() }
    }

    /// More is asked for than may be sent again: whoever has asked most is named.
    private mutating func nameWorst() {
        guard now >= overloadDue, !repairs.isEmpty, blockedSince == nil,
            repairs.available(now) < settings.datagramByteCount
        else { return }
        overloadDue = now + NativeGroupLimits.overloadInterval
        guard let worst = sources.all.max(by: { $0.askedCount < $1.askedCount }), worst.askedCount > 0 else { return }
        let percent = settings.repairPercent
        refuse(
            .repairRequest, worst.member.address,
            "member \(worst.member.id) misses most of what is asked for, which is more than \(percent) % of all sent")
        for source in sources.all { source.askedCount = 0 }
    }

    /// Another receiver has asked the same sender: what it asks for need not be asked for again.
    private mutating func overhear(_ reader: inout ByteReader, _ source: NativeGroupSource) {
        guard !source.stream.gaps.isEmpty else { return }
        let timing = timing(source)
        let due = now + timing.retry(attempt: 0) + timing.backoff(using: &random)
        var end: UInt64 = 0
        var count = 0
        while count < NativeGroupLimits.rangeCountMax, let distance = reader.readLEB128(),
            let length = reader.readLEB128(), length > 0, distance < NativeGroupSource.numberMax - end,
            length < NativeGroupSource.numberMax - end - distance
        {
            let start = end + distance
            end = start + length
            count += 1
            source.stream.gaps.postpone(within: start..<end, to: due)
        }
    }

    // MARK: Reports

    /// A tagged receiver has read something.
    mutating func reportSoon(_ source: NativeGroupSource) {
        let next = source.stream.next
        guard source.cookie != nil, next > source.reported else { return }
        if next - source.reported >= NativeGroupLimits.reportCount { return writeReport(source) }
        guard source.reportDue == nil else { return }
        source.reportDue = now + NativeGroupLimits.reportInterval
        schedule(source)
    }

    mutating func writeReport(_ source: NativeGroupSource) {
        source.reportDue = nil
        guard let cookie = source.cookie, source.isStreaming else { return }
        let next = source.stream.next
        source.reported = next
        outbox.begin(.report, sender: sender)
        outbox.put(source.id)
        outbox.put(cookie)
        outbox.put(echo(source))
        outbox.put(next)
        outbox.finish(.report, sender: sender, &seal, to: target(source.member.address))
    }

    mutating func receiveReport(
        _ body: UnsafeRawBufferPointer, _ id: UInt64, _ known: NativeGroupSource?, _ address: DatagramAddress
    ) {
        var reader = ByteReader(body)
        guard let target = reader.readLittleEndian(UInt64.self), let cookie = reader.readLittleEndian(UInt64.self),
            let echo = reader.readLittleEndian(UInt32.self), let next = reader.readLittleEndian(UInt64.self)
        else { return refuse(.malformed, address, "a report that is cut off") }
        // A report that was overtaken by its member's goodbye is nobody's to wait for.
        guard target == sender, settings.flowControl == .slowestTagged, known?.farewell == nil else { return }
        guard cookie == self.cookie(id, address), next <= outgoing.unsent else {
            return refuse(.repairRequest, address, "a report of somebody who was not welcomed, or of the future")
        }
        known?.isProven = true
        known?.heard = now
        measure(echo, isProven: true)
        guard tagged.report(id, received: next, now) else {
            return refuse(.overLimit, address, "a tagged receiver more than \(TaggedReceivers.countMax)")
        }
        heartbeatDue = heartbeatDue.map { min($0, now + steadyInterval) }
    }
}
