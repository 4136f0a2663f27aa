package import HarkWire

/// Puts messages together again whose segments come in any order, more than once, or not at all; and says when which of
/// them are to be asked for. It takes no more memory than it is told, whatever is sent to it.
///
/// Messages of which more than one segment has come are kept rather than others: who floods the group with beginnings
/// pushes out only such.
package struct EventcastAssembly: Sendable {
    /// What becomes of a segment.
    package enum Outcome: Equatable, Sendable {
        /// It is kept; others are missing.
        case kept
        /// It was here before, or its message was.
        case repeated
        /// It was the last one missing: the datagram that was cut is in the output.
        case complete
        case refused(Refusal)
    }

    package enum Refusal: Hashable, Sendable {
        /// It says something else than those before it. The message is not taken any more if the same host says so.
        case contradiction
        /// It holds nothing, is not a segment at all, or does not say who sends it.
        case empty
        /// The message is longer than is accepted, or its segments are too many.
        case tooLong
    }

    /// What is to be done about a message.
    package enum Due {
        /// Its missing segments are to be asked for; then call `asked`.
        case ask(EventcastDigest)
        /// It is lost. It was removed.
        case lost(GroupLoss)
    }

    /// 16 384 segments: a message of 1 MiB has 1 024 of the usual length.
    package static let segmentCountMax = 16_384

    /// 64 bytes that a segment takes beside its slice, about. Its meta, which is not kept, has twice as many.
    package static let segmentByteCount = 64

    let limits: EventcastLimits
    let timing: EventcastTiming

    /// Slots that are not in use hold nothing.
    private var parts: [EventcastPart?] = []
    private var free: [Int] = []
    private var slots: [EventcastDigest: Int] = [:]
    private var ages: [EventcastOrder.Link] = []
    private var neighbours: [EventcastOrder.Link] = []
    /// Messages of one segment, and those of more, in the order of their beginning.
    private var begun = EventcastOrder()
    private var grown = EventcastOrder()
    private var sources: [DatagramAddress: Source] = [:]
    private var finished = EventcastFinished()

    /// The messages of one host.
    private struct Source: Sendable {
        var byteCount = 0
        var order = EventcastOrder()
    }

    /// What all incomplete messages together are charged, in bytes.
    package private(set) var byteCount = 0
    /// How many incomplete messages gave way to others.
    package private(set) var evictedCount = 0
    /// The moment at which `takeDue` has something to say, or an earlier one.
    package private(set) var deadline: Instant?
    /// Those that gave way with more than one segment.
    private var evicted: [GroupLoss] = []

    package init(limits: EventcastLimits = EventcastLimits(), timing: EventcastTiming) {
        self.limits = limits
        self.timing = timing
    }

    /// How many messages are incomplete.
    package var count: Int { slots.count }

    /// Forgets everything.
    package mutating func removeAll() {
        self = EventcastAssembly(limits: limits, timing: timing)
    }
}

// MARK: - Adding

extension EventcastAssembly {
    /// Takes a segment.
    ///
    /// - Parameter output: where the datagram that was cut goes when it is complete, as a frame that the caller has
    ///   begun.
    package mutating func add(
        _ datagram: EventcastDatagram, from source: DatagramAddress, now: Instant, to output: inout ByteWriter
    ) -> Outcome {
        let (meta, slice) = (datagram.meta, datagram.payload)
        guard meta.isSegment, !slice.isEmpty, let origin = meta.origin else { return .refused(.empty) }
        if finished.contains(meta.sequence) { return .repeated }
        guard meta.segmentCount <= Self.segmentCountMax, isWithinLimit(meta, slice) else { return .refused(.tooLong) }
        if let slot = slots[meta.sequence], let part = parts[slot] {
            if part.segmentCount != meta.segmentCount || part.holds(meta.segment, slice) == false {
                return contradict(slot, part, source, now)
            }
            if part.holds(meta.segment, slice) == true { return .repeated }
        }
        let content = slots[meta.sequence].flatMap { parts[$0]?.contentByteCount } ?? 0
        guard content + slice.count <= limits.messageByteCount else { return refuse(meta.sequence, now) }

        let charge = slice.count + Self.segmentByteCount
        guard makeRoom(for: charge, meta.sequence, from: source, now) else { return .refused(.tooLong) }
        let slot = slots[meta.sequence] ?? begin(meta, origin, from: source, now: now, room: slice.count)
        return add(meta.segment, slice, charge, slot, now, &output)
    }

    private mutating func add(
        _ segment: Int32, _ slice: UnsafeRawBufferPointer, _ charge: Int, _ slot: Int, _ now: Instant,
        _ output: inout ByteWriter
    ) -> Outcome {
        if parts[slot]?.count == 1 {
            begun.remove(slot, &ages)
            grown.append(slot, &ages)
        }
        parts[slot]?.add(segment, slice)
        parts[slot]?.charge += charge
        parts[slot]?.receivedByteCount += slice.count
        parts[slot]?.hear(now: now, timing)
        guard let part = parts[slot] else { return .repeated }
        byteCount += charge
        sources[part.source.with(port: 0), default: Source()].byteCount += charge
        guard part.isComplete else {
            deadline = min(deadline ?? part.next, part.next)
            return .kept
        }
        part.join(to: &output)
        finish(part.sequence, now: now)
        return .complete
    }

    /// Whether the message can be complete within the limit: all its slices are as long as this one, but for the last.
    private func isWithinLimit(_ meta: EventcastMeta, _ slice: UnsafeRawBufferPointer) -> Bool {
        meta.isLast || Int(meta.segmentCount - 1) * slice.count <= limits.messageByteCount
    }

    private mutating func begin(
        _ meta: EventcastMeta, _ origin: EventcastOrigin, from source: DatagramAddress, now: Instant, room: Int
    ) -> Int {
        let slot = free.popLast() ?? parts.count
        if slot == parts.count {
            parts.append(nil)
            ages.append(EventcastOrder.Link())
            neighbours.append(EventcastOrder.Link())
        }
        parts[slot] = EventcastPart(meta, origin, from: source, now: now, room: room)
        slots[meta.sequence] = slot
        begun.append(slot, &ages)
        sources[source.with(port: 0), default: Source()].order.append(slot, &neighbours)
        return slot
    }

    /// Two segments cannot both be right. From another host it is somebody who meddles; from the same one, the message
    /// cannot be trusted.
    private mutating func contradict(
        _ slot: Int, _ part: EventcastPart, _ source: DatagramAddress, _ now: Instant
    ) -> Outcome {
        if source.isSameHost(as: part.source) { lose(slot, now: now) }
        return .refused(.contradiction)
    }

    private mutating func refuse(_ sequence: EventcastDigest, _ now: Instant) -> Outcome {
        if let slot = slots[sequence] { lose(slot, now: now) } else { finish(sequence, now: now) }
        return .refused(.tooLong)
    }
}

// MARK: - Room

extension EventcastAssembly {
    /// Whether there is room, after others have given way.
    private mutating func makeRoom(
        for charge: Int, _ sequence: EventcastDigest, from source: DatagramAddress, _ now: Instant
    ) -> Bool {
        let slot = slots[sequence]
        let host = slot.flatMap { parts[$0]?.source } ?? source
        while sources[host.with(port: 0)].map({ $0.byteCount + charge > limits.sourceByteCount }) ?? false {
            guard let first = sources[host.with(port: 0)]?.order.first(besides: slot, neighbours) else { return false }
            evict(first, now)
        }
        while (slot == nil && slots.count >= limits.assemblyMessageCount)
            || byteCount + charge > limits.assemblyByteCount
        {
            guard let first = begun.first(besides: slot, ages) ?? grown.first(besides: slot, ages) else { return false }
            evict(first, now)
        }
        return true
    }

    private mutating func evict(_ slot: Int, _ now: Instant) {
        evictedCount += 1
        guard let part = parts[slot] else { return }
        // A beginning alone is nothing to be told of: in a flood there are a million in a second.
        if part.count > 1 { lose(slot, now: now) } else { remove(part.sequence) }
    }

    private mutating func lose(_ slot: Int, now: Instant) {
        guard let part = parts[slot] else { return }
        evicted.append(part.loss)
        finish(part.sequence, now: now)
    }

    /// The messages that have given way since the last call, or contradicted themselves, those of one segment not
    /// among them.
    package mutating func takeLost() -> [GroupLoss] {
        guard !evicted.isEmpty else { return [] }
        defer { evicted = [] }
        return evicted
    }
}

// MARK: - Asking

extension EventcastAssembly {
    /// What is to be done now.
    package mutating func takeDue(now: Instant) -> [Due] {
        finished.removeExpired(now: now)
        guard let deadline, deadline <= now else { return [] }
        var due: [Due] = []
        var earliest: Instant?
        for slot in parts.indices {
            guard let next = parts[slot]?.next else { continue }
            if next > now {
                earliest = min(earliest ?? next, next)
                continue
            }
            guard let part = parts[slot] else { continue }
            if part.end(timing) <= now {
                due.append(.lost(part.loss))
                finish(part.sequence, now: now)
            } else {
                due.append(.ask(part.sequence))
            }
        }
        self.deadline = earliest
        return due
    }

    /// The segments of a message that should be asked for, in order, `countMax` of them at most.
    package func missing(_ sequence: EventcastDigest, now: Instant, countMax: Int) -> [Int32] {
        guard let part = part(sequence) else { return [] }
        return part.missing(isAll: part.isAskingForAll(now: now), countMax: countMax)
    }

    /// A message that is not complete.
    func part(_ sequence: EventcastDigest) -> EventcastPart? { slots[sequence].flatMap { parts[$0] } }

    /// They were asked for, or could not be: the next time is later.
    package mutating func asked(_ sequence: EventcastDigest, now: Instant) {
        guard let slot = slots[sequence], let isAll = parts[slot]?.isAskingForAll(now: now) else { return }
        parts[slot]?.ask(forAll: isAll, now: now, timing)
        guard let next = parts[slot]?.next else { return }
        deadline = min(deadline ?? next, next)
    }

    /// Whether a segment is missing before one that is here: it was overtaken, or lost.
    package func hasGap(_ sequence: EventcastDigest) -> Bool { part(sequence)?.hasGap == true }
}

// MARK: - Removing

extension EventcastAssembly {
    /// Forgets a message that is not complete. It begins anew if more of it comes.
    package mutating func remove(_ sequence: EventcastDigest) {
        guard let slot = slots.removeValue(forKey: sequence), let part = parts[slot] else { return }
        byteCount -= part.charge
        if part.count > 1 { grown.remove(slot, &ages) } else { begun.remove(slot, &ages) }
        let host = part.source.with(port: 0)
        sources[host]?.byteCount -= part.charge
        sources[host]?.order.remove(slot, &neighbours)
        if sources[host]?.order.isEmpty == true { sources[host] = nil }
        parts[slot] = nil
        free.append(slot)
    }

    /// Remembers that a message is done with: what else comes of it is `repeated`.
    package mutating func finish(_ sequence: EventcastDigest, now: Instant) {
        remove(sequence)
        finished.insert(sequence, now: now, for: timing.keeping)
    }
}
