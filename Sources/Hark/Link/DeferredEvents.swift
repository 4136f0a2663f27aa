/// Numbers of events whose work goes on after their listeners have returned, and whose acknowledgement waits for it.
///
/// Events usually end in the order in which they came; then every step takes the same time, however many wait.
package struct DeferredEvents {
    private struct Entry {
        let sequence: UInt64
        /// Listeners whose work goes on.
        var count: Int
    }

    /// Ascending. Those before `head` are settled, those behind may be.
    private var entries: [Entry] = []
    private var head = 0

    package init() {}

    package var isEmpty: Bool { head == entries.count }

    /// The oldest event that is not settled.
    package var oldest: UInt64? { isEmpty ? nil : entries[head].sequence }

    /// One listener more goes on working for the event received last, whose number this is.
    package mutating func add(_ sequence: UInt64) {
        if let last = entries.indices.last, last >= head, entries[last].sequence == sequence {
            entries[last].count += 1
        } else {
            entries.append(Entry(sequence: sequence, count: 1))
        }
    }

    /// One of its listeners is done.
    ///
    /// - Returns: whether the oldest event is another one now, or there is none any more.
    package mutating func settle(_ sequence: UInt64) -> Bool {
        guard let index = index(of: sequence), entries[index].count > 0 else { return false }
        entries[index].count -= 1
        guard index == head, entries[index].count == 0 else { return false }
        while head < entries.count, entries[head].count == 0 { head += 1 }
        if head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
        return true
    }

    private func index(of sequence: UInt64) -> Int? {
        var low = head
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].sequence == sequence ? low : nil
    }
}
