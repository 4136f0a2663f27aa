import HarkWire

/// What is done because time has passed: heartbeats, goodbyes, questions that were not answered, members that are gone.
extension NativeGroupMachine {
    package var deadline: Instant? {
        var due: Instant?
        for other in [heartbeatDue, goodbyeDue, pacingDue, sourcesDue, congestionDue, taggedDue] {
            guard let other else { continue }
            due = due.map { min($0, other) } ?? other
        }
        return due
    }

    private var congestionDue: Instant? {
        // That it is over is told at once.
        guard let since = blockedSince else { return isCongestionTold ? now : nil }
        return isCongestionTold ? nil : since + NativeGroupLimits.congestionDelay
    }

    private var taggedDue: Instant? {
        settings.flowControl == .slowestTagged ? tagged.deadline(NativeGroupLimits.reportSilence) : nil
    }

    package mutating func advance(to now: Instant) {
        self.now = now
        parting = nil
        guard phase != .stopped else { return }
        if let due = goodbyeDue, now >= due { sayGoodbye() }
        if let due = heartbeatDue, now >= due { beat() }
        if let due = pacingDue, now >= due { pacingDue = nil }
        if settings.flowControl == .slowestTagged { watchTagged() }
        if let due = sourcesDue, now >= due { advanceSources() }
    }

    // MARK: Heartbeats

    /// Between the signs of life of this member, in milliseconds: however many members there are, each of them hears a
    /// few a second.
    var steadyInterval: UInt64 {
        let steady = max(settings.heartbeat, UInt64(sources.presentCount) * 1_000 / NativeGroupLimits.heartbeatRate)
        // Tagged receivers answer heartbeats, and those that say nothing are not waited for.
        return tagged.receivers.isEmpty ? steady : min(steady, NativeGroupLimits.reportSilence / 4)
    }

    private mutating func beat() {
        writeHeartbeat()
        let steady = steadyInterval
        heartbeatInterval = min(heartbeatInterval * NativeGroupLimits.heartbeatGrowth, steady)
        // By chance a little earlier: members that were started together do not go on together.
        let early = heartbeatInterval == steady ? UInt64.random(in: 0...steady / 8, using: &random) : 0
        heartbeatDue = now + (heartbeatInterval - early)
    }

    /// Datagrams have left: that the last ones were lost is seen by a heartbeat soon after.
    mutating func heartbeatAfterData() {
        heartbeatInterval = max(settings.tail, min(2 * roundTrip, settings.heartbeat))
        let soon = now + heartbeatInterval
        // Who sends all the time says once in a while how far it is, too.
        heartbeatDue = min(soon, max(heartbeatSent + settings.heartbeat, now))
    }

    /// Somebody has asked for what is not here any more, or where to begin.
    mutating func hastenHeartbeat() {
        guard phase == .running else { return }
        let due = max(now, heartbeatSent + NativeGroupLimits.answerInterval)
        heartbeatDue = heartbeatDue.map { min($0, due) } ?? due
    }

    mutating func writeHeartbeat() {
        heartbeatSent = now
        outbox.begin(.heartbeat, sender: sender)
        NativeGroupHeartbeat(
            next: outgoing.unsent, oldest: min(outgoing.store.oldest, outgoing.unsent), ordinal: outgoing.sentOrdinal,
            time: UInt32(truncatingIfNeeded: now.milliseconds),
            groupCount: UInt32(clamping: max(sources.presentCount, settings.expectedMemberCount)),
            roundTrip: UInt16(clamping: roundTrip), interval: UInt32(clamping: steadyInterval)
        ).write(to: &outbox)
        outbox.finish(.heartbeat, sender: sender, &seal, to: .group)
    }

    // MARK: Leaving

    mutating func sayGoodbye() {
        guard goodbyesLeft > 0 else { return finishLeaving() }
        goodbyesLeft -= 1
        outbox.begin(.goodbye, sender: sender)
        outbox.put(outgoing.unsent)
        outbox.put(outgoing.sentOrdinal)
        outbox.finish(.goodbye, sender: sender, &seal, to: .group)
        goodbyeDue = now + NativeGroupLimits.goodbyeInterval
    }

    // MARK: Receivers that are waited for

    private mutating func watchTagged() {
        let silence = NativeGroupLimits.reportSilence
        while now.milliseconds >= silence,
            let silent = tagged.silent(since: Instant(milliseconds: now.milliseconds - silence + 1))
        {
            tagged.remove(silent.id)
            guard let source = sources.find(silent.id) else { continue }
            refuse(
                .expired, source.member.address,
                "member \(source.member.id) has not reported for \(silence) ms and is not waited for any more")
        }
        // The last one that was waited for may be gone while the socket takes nothing.
        if tagged.receivers.isEmpty { blockedSince = nil }
        if let since = blockedSince, !isCongestionTold, now >= since + NativeGroupLimits.congestionDelay,
            let slowest = tagged.slowest
        {
            isCongestionTold = true
            let member = sources.find(slowest.id)?.member
            effects.append(
                .congestion(GroupCongestion(member: member, queuedByteCount: outgoing.queuedByteCount)))
        }
        if isCongestionTold, blockedSince == nil {
            isCongestionTold = false
            effects.append(.congestion(GroupCongestion(member: nil, queuedByteCount: outgoing.queuedByteCount)))
        }
    }

    // MARK: Other members

    /// Something is to be done about a member at this moment.
    func earlier(_ due: Instant?) -> Instant? {
        guard let due else { return sourcesDue }
        return sourcesDue.map { min($0, due) } ?? due
    }

    mutating func schedule(_ source: NativeGroupSource) {
        sourcesDue = earlier(source.due)
        // However long it is waited by chance, what is missing is given up in time.
        sourcesDue = earlier(source.stream.gaps.first.map { $0.noticed + settings.recovery })
        // Who is gone is not missed again.
        if source.isPresent { sourcesDue = earlier(source.silentAt) }
    }

    private mutating func advanceSources() {
        sourcesDue = nil
        var index = 0
        while index < sources.all.count {
            let source = sources.all[index]
            advance(source)
            // The last one has taken its place when it was removed.
            guard index < sources.all.count, sources.all[index] === source else { continue }
            index += 1
            schedule(source)
        }
    }

    private mutating func advance(_ source: NativeGroupSource) {
        if source.isPresent, now >= source.silentAt { leave(source) }
        if let due = source.helloDue, now >= due { writeHello(source) }
        if let due = source.reportDue, now >= due { writeReport(source) }
        guard let due = source.stream.gaps.due else { return }
        giveUpLate(source)
        if now >= max(due, source.requestDue) { writeRequest(source) }
    }

    /// What is missing for too long is not waited for any more.
    private mutating func giveUpLate(_ source: NativeGroupSource) {
        var isGivenUp = false
        while let first = source.stream.gaps.first, now.milliseconds(since: first.noticed) >= settings.recovery {
            source.stream.giveUpFirst()
            isGivenUp = true
        }
        if isGivenUp { goOn(source) }
    }

    /// It was silent for too long, or has said goodbye.
    mutating func leave(_ source: NativeGroupSource) {
        guard source.isPresent else { return }
        sources.setPresent(source, false)
        source.helloDue = nil
        source.reportDue = nil
        tagged.remove(source.id)
        abandon(source)
        effects.append(.left(source.member))
    }
}
