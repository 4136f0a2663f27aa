/// Who waits for the acknowledgement of which event, oldest event first.
///
/// Acknowledgements come in the order of the events, so that each is found at the front. Those that settle out of turn,
/// badly or too late, leave a gap, which is closed when half the table are gaps.
package struct AcknowledgementTable<Waiter> {
    private var entries: [(mark: UInt64, waiter: Waiter?)] = []
    private var head = 0
    private var gapCount = 0

    package init() {}

    /// How many wait.
    package var count: Int { entries.count - head - gapCount }

    /// Memory that is in use, in entries.
    package var entryCount: Int { entries.count }

    /// - Parameter mark: the event's number; greater than all before.
    package mutating func add(_ waiter: Waiter, for mark: UInt64) { entries.append((mark, waiter)) }

    /// The oldest one that waits for an event up to `mark`, which now waits no longer.
    package mutating func takeFirst(upTo mark: UInt64) -> Waiter? {
        while head < entries.count, entries[head].mark <= mark {
            let waiter = entries[head].waiter
            entries[head].waiter = nil
            head += 1
            if waiter == nil { gapCount -= 1 }
            if head == entries.count { clear() }
            if let waiter {
                if head > 1_000, head * 2 > entries.count { compact() }
                return waiter
            }
        }
        return nil
    }

    /// The one that waits for this event, which now waits no longer.
    package mutating func take(_ mark: UInt64) -> Waiter? {
        guard let index = index(of: mark), let waiter = entries[index].waiter else { return nil }
        entries[index].waiter = nil
        gapCount += 1
        if (head + gapCount) * 2 >= entries.count { compact() }
        return waiter
    }

    private mutating func compact() {
        entries = entries[head...].filter { $0.waiter != nil }
        head = 0
        gapCount = 0
    }

    private mutating func clear() {
        entries.removeAll(keepingCapacity: entries.count <= 1_000)
        head = 0
        gapCount = 0
    }

    private func index(of mark: UInt64) -> Int? {
        var low = head
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].mark < mark { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].mark == mark ? low : nil
    }
}
