package import HarkWire

/// What leaves.
extension NativeGroupMachine {
    package mutating func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, now: Instant, date: Int64
    ) -> GroupSendOutcome {
        guard phase == .running else { return .stopped }
        return outgoing.emit(name, arguments, keeping: keptNumber)
    }

    /// Datagrams from here on do not give way to others: a receiver that is waited for may ask for them.
    private var keptNumber: UInt64 {
        guard settings.flowControl == .slowestTagged, let slowest = tagged.slowest else { return .max }
        return slowest.received
    }

    package mutating func collect(into runs: inout ContiguousArray<DatagramRun>, byteCountMax: Int, now: Instant) {
        self.now = now
        collected = Collected()
        scratchEnd = 0
        pacingDue = nil
        guard phase != .stopped else { return }
        outgoing.close()
        let first = runs.count
        var room = byteCountMax
        while collected.controlCount < outbox.count {
            let (bytes, target) = outbox.datagram(collected.controlCount)
            guard bytes.count <= room else { return }
            room -= bytes.count
            append(bytes, to: target, &runs, from: first)
            collected.controlCount += 1
        }
        var allowed = pacing?.available(now) ?? .max
        if !repairs.isEmpty { collectRepairs(into: &runs, from: first, &room, &allowed) }
        if outgoing.unsent < outgoing.store.next { collectData(into: &runs, from: first, &room, &allowed) }
    }

    private mutating func collectRepairs(
        into runs: inout ContiguousArray<DatagramRun>, from first: Int, _ room: inout Int, _ allowed: inout Int
    ) {
        repairs.remove(
            below: outgoing.store.oldest, waitingFor: max(settings.recovery, NativeGroupLimits.holdOffMax), now)
        // Who waits for a receiver sends nothing that repairs could be in the way of.
        var budget = blockedSince == nil ? repairs.available(now) : .max
        while collected.repairCount < repairs.count {
            let bytes = outgoing.store.bytes(repairs[collected.repairCount])
            let byteCount = bytes.count + seal.byteCount
            guard byteCount <= min(room, budget) else { break }
            guard byteCount <= allowed else {
                waitForPacing(byteCount)
                break
            }
            // A copy: the original may give way to an event before this one has left.
            guard let copy = prepare(bytes, isRepair: true) else { break }
            room -= byteCount
            budget -= byteCount
            allowed -= byteCount
            append(copy, to: .group, &runs, from: first)
            collected.repairCount += 1
        }
    }

    private mutating func collectData(
        into runs: inout ContiguousArray<DatagramRun>, from first: Int, _ room: inout Int, _ allowed: inout Int
    ) {
        var window = windowRoom()
        var number = outgoing.unsent
        while number < outgoing.store.next {
            var bytes = outgoing.store.bytes(number)
            let byteCount = bytes.count + seal.byteCount
            guard byteCount <= window else {
                if blockedSince == nil { blockedSince = now }
                return
            }
            blockedSince = nil
            guard byteCount <= allowed else {
                waitForPacing(byteCount)
                return
            }
            guard byteCount <= room else { return }
            if seal.cipher != nil {
                guard let sealed = prepare(bytes, isRepair: false) else { return }
                bytes = sealed
            }
            room -= byteCount
            window -= byteCount
            allowed -= byteCount
            append(bytes, to: .group, &runs, from: first)
            collected.dataCount += 1
            number += 1
        }
        blockedSince = nil
    }

    /// So many bytes may leave later.
    private mutating func waitForPacing(_ byteCount: Int) {
        // At the earliest after what is collected now was sent.
        pacingDue = pacing?.ready(byteCount, now).map { max($0, now + 1) }
    }

    /// How much may be on its way to receivers that are waited for, and is not.
    private func windowRoom() -> Int {
        guard settings.flowControl == .slowestTagged, let slowest = tagged.slowest else { return .max }
        let window = settings.repairByteCount - settings.queueByteCount - 2 * settings.datagramByteCount
        let store = outgoing.store.byteCount(from: max(slowest.received, outgoing.store.oldest))
        let unsent = outgoing.store.byteCount(from: outgoing.unsent)
        return max(window - (store - unsent), 0)
    }

    /// Copies a datagram, or seals it, where it stays until it was sent.
    private mutating func prepare(_ bytes: UnsafeRawBufferPointer, isRepair: Bool) -> UnsafeRawBufferPointer? {
        if scratch.isEmpty {
            scratch = .allocate(
                byteCount: max(NativeGroupLimits.sealedByteCount, settings.datagramByteCount), alignment: 16)
        }
        guard let start = scratch.baseAddress, bytes.count + seal.byteCount <= scratch.count - scratchEnd else {
            // The rest follows in the next turn, which is to come at once.
            pacingDue = now
            return nil
        }
        let output = start + scratchEnd
        let count: Int
        if let cipher = seal.cipher {
            count = seal.seal(
                bytes, .data, isRepair: isRepair, group: settings.group, sender: sender, with: cipher, into: output)
        } else {
            UnsafeMutableRawBufferPointer(start: output, count: bytes.count).copyMemory(from: bytes)
            count = bytes.count
            if isRepair { NativeGroupHeader.markRepair(at: output) }
        }
        scratchEnd += count
        return UnsafeRawBufferPointer(start: output, count: count)
    }

    /// Adds a datagram to the last run, if it lies right behind it and is no longer; or begins another.
    private func append(
        _ bytes: UnsafeRawBufferPointer, to target: DatagramTarget, _ runs: inout ContiguousArray<DatagramRun>,
        from first: Int
    ) {
        if runs.count > first, let last = runs.last, let start = last.bytes.baseAddress,
            start + last.bytes.count == bytes.baseAddress, bytes.count <= last.segmentByteCount,
            last.bytes.count % last.segmentByteCount == 0, last.target == target
        {
            let whole = UnsafeRawBufferPointer(start: start, count: last.bytes.count + bytes.count)
            runs[runs.count - 1] = DatagramRun(whole, segmentByteCount: last.segmentByteCount, to: target)
        } else {
            runs.append(DatagramRun(bytes, to: target))
        }
    }

    package mutating func sent(_ count: Int, now: Instant) {
        self.now = now
        var left = count
        let controlCount = min(left, collected.controlCount)
        for _ in 0..<controlCount { add(outbox.removeFirst().byteCount) }
        left -= controlCount
        let repairCount = min(left, collected.repairCount)
        if repairCount > 0 { sentRepairs(repairCount) }
        left -= repairCount
        let dataCount = min(left, collected.dataCount)
        if dataCount > 0 { sentData(dataCount) }
        collected = Collected()
    }

    private mutating func sentRepairs(_ count: Int) {
        var byteCount = 0
        for index in 0..<count where outgoing.store.contains(repairs[index]) {
            let number = repairs[index]
            byteCount += outgoing.store.bytes(number).count + seal.byteCount
            outgoing.store.markRepaired(number, now)
        }
        repairs.removeFirst(count, byteCount: byteCount, now)
        pacing?.take(byteCount, now)
        counters.repairedDatagramCount += count
        counters.repairedByteCount += byteCount
        counters.sentDatagramCount += count
        counters.sentByteCount += byteCount
    }

    private mutating func sentData(_ count: Int) {
        var byteCount = 0
        for _ in 0..<count {
            let first = outgoing.sentFirst()
            counters.sentEventCount += first.eventCount
            byteCount += first.byteCount + seal.byteCount
        }
        counters.sentDatagramCount += count
        counters.sentByteCount += byteCount
        pacing?.take(byteCount, now)
        repairs.earn(byteCount)
        if phase == .leaving {
            if !outgoing.isQueued { sayGoodbye() }
        } else {
            heartbeatAfterData()
        }
    }

    private mutating func add(_ byteCount: Int) {
        counters.sentDatagramCount += 1
        counters.sentByteCount += byteCount
    }
}
