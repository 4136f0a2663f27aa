/// The datagrams of one sender, put in order: what is missing, what waits for it, and how many events were lost.
package struct NativeGroupStream: ~Copyable {
    /// What becomes of a datagram.
    package enum Arrival: Equatable {
        /// It is the next one: read it where it is.
        case next
        /// It waits here for one that is missing.
        case kept
        /// It was here before, or was given up.
        case repeated
        /// There is no room for it, as long as others are missing. It counts as missing.
        case refused
    }

    /// What is lost for good.
    package struct Loss: Equatable {
        /// Nil when it is not known with which event the loss has begun.
        package var eventCount: UInt64?
        package var datagramCount: UInt64

        package init(eventCount: UInt64?, datagramCount: UInt64) {
            self.eventCount = eventCount
            self.datagramCount = datagramCount
        }
    }

    /// 65 536 numbers above the next one: more than are on their way, and what repairs would not fill anyway.
    package static let numberCountMax: UInt64 = 1 << 16

    /// The number of the datagram that is read next.
    package private(set) var next: UInt64
    /// Above all numbers that are known to be in use.
    package private(set) var end: UInt64
    /// The number of the event that is delivered next; nil until it is known.
    private(set) var nextOrdinal: UInt64?
    package var gaps = SequenceGaps()
    /// Whether nothing is read yet: it may be a recording.
    package var isHeld = false
    private var stash = DatagramStash()
    /// What was given up and lies above `next`, in ascending order.
    private var skipped: [Range<UInt64>] = []
    private var lostDatagramCount: UInt64 = 0
    private(set) var assembly = NativeGroupAssembly()
    /// Whether the assembly is complete and shall be delivered.
    private(set) var isAssembled = false

    /// What the sender has said last: below this datagram so many events have begun.
    private var claimed: (next: UInt64, ordinal: UInt64)?

    /// - Parameters:
    ///   - next: the first datagram that is read.
    ///   - ordinal: the first event that begins in it or behind; nil when that is not known.
    package init(next: UInt64, ordinal: UInt64?) {
        self.next = next
        end = next
        nextOrdinal = ordinal
    }

    /// What waits here, in bytes.
    package var byteCount: Int { stash.byteCount + assembly.byteCount }

    // MARK: Datagrams

    /// A datagram has arrived.
    ///
    /// - Parameters:
    ///   - body: from its number on.
    ///   - due: when to ask for those that are found to be missing.
    ///   - room: how many bytes may be kept.
    package mutating func arrive(
        _ number: UInt64, _ body: UnsafeRawBufferPointer, room: Int, _ now: Instant, due: Instant
    ) -> Arrival {
        if number == next, next == end, !isHeld {
            end += 1
            return .next
        }
        if number < next { return .repeated }
        if number < end {
            guard gaps.contains(number) else { return .repeated }
        }
        guard (number == next && !isHeld) || body.count + DatagramStash.datagramByteCount <= room else {
            announce(number + 1, now, due: due)
            return .refused
        }
        if number < end {
            _ = gaps.remove(number)
            if number == next, !isHeld { return .next }
        } else {
            announce(number, now, due: due)
            end = number + 1
        }
        stash.insert(number, body)
        return .kept
    }

    /// All numbers below `end` are in use: those that are not here are missing.
    package mutating func announce(_ end: UInt64, _ now: Instant, due: Instant) {
        guard end > self.end else { return }
        var start = self.end
        if end - next > Self.numberCountMax, end - Self.numberCountMax > start {
            // Too far ahead for all of it to be repaired.
            skip(start..<end - Self.numberCountMax)
            start = end - Self.numberCountMax
        }
        if gaps.isFull { giveUpFirst() }
        gaps.append(start..<end, noticed: now, due: due)
        self.end = end
    }

    /// The datagram that follows, which the caller deallocates; nil when it is not here. What was given up is passed
    /// over.
    package mutating func following() -> UnsafeMutableRawBufferPointer? {
        while next < end, !isHeld {
            if let datagram = stash.remove(next) { return datagram }
            guard let first = skipped.first, first.lowerBound <= next else { return nil }
            skipped.removeFirst()
            lostDatagramCount += first.upperBound - next
            next = first.upperBound
            dropAssembly()
        }
        return nil
    }

    /// Whether `following` has something to do.
    package var isFollowed: Bool {
        !isHeld && next < end && (stash.contains(next) || skipped.first.map { $0.lowerBound <= next } ?? false)
    }

    // MARK: Reading

    /// The next datagram is going to be read.
    ///
    /// - Parameter room: how many bytes may be kept.
    /// - Returns: what is known to be lost before it.
    package mutating func begin(_ data: NativeGroupData, room: Int) -> Loss? {
        goOn(data, room)
        let unfinished: UInt64 = assembly.isActive ? 1 : 0
        guard let ordinal = nextOrdinal else {
            nextOrdinal = data.ordinal - min(unfinished, data.ordinal)
            return takeLoss(nil)
        }
        guard data.ordinal != ordinal + unfinished else { return nil }
        dropAssembly()
        nextOrdinal = data.ordinal
        // Going back is a contradiction, and nothing to count.
        return data.ordinal > ordinal ? takeLoss(data.ordinal - ordinal) : nil
    }

    /// Adds what goes on of the unfinished event.
    private mutating func goOn(_ data: NativeGroupData, _ room: Int) {
        guard assembly.isActive else { return }
        let missing = assembly.missingByteCount
        let count = data.continuation.count
        let fits = count == missing || (count > 0 && count < missing && data.frames.isEmpty)
        guard fits, count <= room else { return dropAssembly() }
        assembly.append(data.continuation)
        isAssembled = count == missing
    }

    /// The unfinished event was delivered.
    mutating func finishAssembly() {
        dropAssembly()
        nextOrdinal = nextOrdinal.map { $0 + 1 }
    }

    /// The last event of the datagram goes on in the next one.
    mutating func assemble(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, length: Int) {
        assembly.begin(name, arguments, length: length)
        isAssembled = false
    }

    /// The next datagram was read.
    ///
    /// - Parameter eventCount: how many events of it were delivered that have begun in it.
    package mutating func finish(eventCount: UInt64) {
        next += 1
        nextOrdinal = nextOrdinal.map { $0 + eventCount }
    }

    mutating func dropAssembly() {
        assembly.end()
        isAssembled = false
    }

    private mutating func takeLoss(_ eventCount: UInt64?) -> Loss? {
        guard lostDatagramCount > 0 || eventCount != nil else { return nil }
        defer { lostDatagramCount = 0 }
        return Loss(eventCount: eventCount, datagramCount: lostDatagramCount)
    }

    // MARK: Giving up

    /// The sender has said that below datagram `next` so many events have begun.
    package mutating func claim(_ next: UInt64, ordinal: UInt64) {
        if let claimed, claimed.next > next { return }
        claimed = (next, ordinal)
    }

    /// What is known to be lost now that nothing is missing any more and nothing waits; nil when that is nothing, or
    /// not so.
    package mutating func settle() -> Loss? {
        guard !isHeld, next == end, let claim = claimed, claim.next == next else { return nil }
        guard let ordinal = nextOrdinal else {
            nextOrdinal = claim.ordinal
            return takeLoss(nil)
        }
        guard claim.ordinal > ordinal + (assembly.isActive ? 1 : 0) else { return nil }
        dropAssembly()
        nextOrdinal = claim.ordinal
        return takeLoss(claim.ordinal - ordinal)
    }

    /// What was lost and not told yet, when nothing will come any more.
    mutating func takeRest() -> Loss? {
        if isHeld { return nil }
        while giveUpFirst() {}
        while let datagram = following() {
            datagram.deallocate()
            dropAssembly()
            lostDatagramCount += 1
            next += 1
        }
        if let loss = settle() { return loss }
        guard assembly.isActive else { return takeLoss(nil) }
        dropAssembly()
        nextOrdinal = nextOrdinal.map { $0 + 1 }
        return takeLoss(1)
    }

    /// Nothing waits here, and no memory is kept for what may come.
    mutating func release() { assembly = NativeGroupAssembly() }

    /// Gives up the lowest gap.
    @discardableResult
    package mutating func giveUpFirst() -> Bool {
        guard let gap = gaps.removeFirst() else { return false }
        skip(gap.numbers)
        return true
    }

    /// Gives up what is missing below `oldest`: the sender does not have it any more.
    package mutating func giveUp(below oldest: UInt64) {
        for numbers in gaps.remove(below: oldest) { skip(numbers) }
    }

    private mutating func skip(_ numbers: Range<UInt64>) {
        let index = skipped.firstIndex { $0.lowerBound > numbers.lowerBound } ?? skipped.count
        skipped.insert(numbers, at: index)
    }
}
