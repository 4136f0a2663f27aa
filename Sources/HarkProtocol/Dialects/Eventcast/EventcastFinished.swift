/// The messages in segments that are done with: delivered, lost or refused. What else comes of them is passed over; it
/// would begin a message anew that never gets complete, or one that was delivered already.
package struct EventcastFinished: Sendable {
    /// 16 384 messages, some 100 bytes each, if there are so many: 1.8 thousand in a second for nine seconds.
    package static let countMax = 16_384

    private struct Entry: Sendable {
        let sequence: EventcastDigest
        let until: Instant
    }

    /// A ring, oldest at `head`, once there are as many as there may be.
    private var entries: [Entry] = []
    private var head = 0
    private var count = 0
    private var sequences: Set<EventcastDigest> = []

    package init() {}

    package func contains(_ sequence: EventcastDigest) -> Bool { sequences.contains(sequence) }

    /// Remembers it for a time; the one that was remembered first gives way when there are too many.
    ///
    /// - Parameter milliseconds: always the same.
    package mutating func insert(_ sequence: EventcastDigest, now: Instant, for milliseconds: UInt64) {
        removeExpired(now: now)
        guard sequences.insert(sequence).inserted else { return }
        let entry = Entry(sequence: sequence, until: now + milliseconds)
        if count == Self.countMax { removeFirst() }
        if entries.count < Self.countMax, head + count == entries.count {
            entries.append(entry)
        } else {
            entries[(head + count) % entries.count] = entry
        }
        count += 1
    }

    /// Forgets those whose time is over.
    package mutating func removeExpired(now: Instant) {
        while count > 0, entries[head].until <= now { removeFirst() }
        if count == 0, !entries.isEmpty { (entries, head, sequences) = ([], 0, []) }
    }

    private mutating func removeFirst() {
        sequences.remove(entries[head].sequence)
        head = (head + 1) % entries.count
        count -= 1
    }
}
