/// Until when which event is worth sending.
///
/// Events are named by their ordinals. Most programs give all events of a kind the same time to live, so that those
/// whose time is over stand in front; then no others are looked at.
package struct ExpiryTable {
    private struct Entry {
        var ordinal: UInt64
        /// In ms; `never` when it was taken out.
        var deadline: UInt64
    }

    private static let never = UInt64.max

    /// In the order of the stream. Those before `head` are not needed any more, those before `waiting` were sent and
    /// may have to be sent again, or were taken out.
    private var entries: [Entry] = []
    private var head = 0
    private var waiting = 0
    /// Whether no deadline of those that wait is earlier than the one before it.
    private var isAscending = true
    /// The earliest deadline of those that wait, or one before it.
    private var earliest = never

    package init() {}

    package var isEmpty: Bool { head == entries.count }

    /// Memory that is in use, in entries.
    package var entryCount: Int { entries.count }

    /// When `takeWaiting` should be called next, in ms; nil when no event waits.
    package var nextDeadline: UInt64? { earliest == Self.never ? nil : earliest }

    /// - Parameters:
    ///   - ordinal: greater than all before.
    ///   - deadline: in ms.
    package mutating func add(_ ordinal: UInt64, until deadline: UInt64) {
        if waiting < entries.count, deadline < entries[entries.count - 1].deadline { isAscending = false }
        entries.append(Entry(ordinal: ordinal, deadline: deadline))
        earliest = min(earliest, deadline)
    }

    /// Takes out the events whose time is over and that were never sent.
    ///
    /// - Parameters:
    ///   - now: in ms.
    ///   - sentOrdinal: events up to here were sent.
    /// - Returns: ordinals in ascending order. They may be those of events that have gone for another reason.
    package mutating func takeWaiting(at now: UInt64, sentUpTo sentOrdinal: UInt64) -> [UInt64] {
        while waiting < entries.count, entries[waiting].ordinal <= sentOrdinal { waiting += 1 }
        defer { restIfNoneWaits() }
        guard now >= earliest else { return [] }
        var expired: [UInt64] = []
        if isAscending {
            while waiting < entries.count, entries[waiting].deadline <= now {
                expired.append(takeOut(waiting))
                waiting += 1
            }
            earliest = waiting < entries.count ? entries[waiting].deadline : Self.never
        } else {
            expired = takeOut(from: waiting..<entries.count, at: now)
            earliest = entries[waiting...].lazy.map(\.deadline).min() ?? Self.never
        }
        return expired
    }

    /// Takes out the events whose time is over and that were sent. They would have to be sent again.
    package mutating func takeSent(at now: UInt64) -> [UInt64] { takeOut(from: head..<waiting, at: now) }

    /// Events up to here are acknowledged.
    package mutating func forget(upTo ordinal: UInt64) {
        while head < entries.count, entries[head].ordinal <= ordinal { head += 1 }
        waiting = max(waiting, head)
        if isEmpty {
            entries.removeAll(keepingCapacity: entries.count <= 1_000)
            head = 0
            waiting = 0
        } else if head > 1_000, head * 2 > entries.count {
            entries.removeFirst(head)
            waiting -= head
            head = 0
        }
        restIfNoneWaits()
    }

    private mutating func restIfNoneWaits() {
        guard waiting == entries.count else { return }
        isAscending = true
        earliest = Self.never
    }

    private mutating func takeOut(from range: Range<Int>, at now: UInt64) -> [UInt64] {
        range.filter { entries[$0].deadline <= now }.map { takeOut($0) }
    }

    private mutating func takeOut(_ index: Int) -> UInt64 {
        entries[index].deadline = Self.never
        return entries[index].ordinal
    }
}
