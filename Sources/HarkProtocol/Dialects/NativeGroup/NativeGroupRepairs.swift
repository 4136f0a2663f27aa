/// The datagrams that are to be sent again, and how much of that is allowed.
struct NativeGroupRepairs {
    private struct Entry {
        let number: UInt64
        let asked: Instant
    }

    private var entries: ContiguousArray<Entry> = []
    private var isWaiting: Set<UInt64> = []
    /// What was sent adds a part of itself.
    private var budget: TokenBucket
    private let percent: Int

    init(_ settings: NativeGroupSettings) {
        percent = settings.repairPercent
        // What was saved while nothing was lost may be spent later, on all that the store holds.
        budget = TokenBucket(
            rate: 0, burst: settings.repairByteCount,
            level: max(NativeGroupLimits.repairBurst, 2 * settings.datagramByteCount))
    }

    var isEmpty: Bool { entries.isEmpty }
    var isFull: Bool { entries.count >= NativeGroupLimits.repairCountMax }
    var count: Int { entries.count }

    subscript(index: Int) -> UInt64 { entries[index].number }

    /// Somebody misses a datagram. One that waits already waits once.
    mutating func insert(_ number: UInt64, _ now: Instant) {
        guard !isFull, isWaiting.insert(number).inserted else { return }
        entries.append(Entry(number: number, asked: now))
    }

    /// So many bytes were sent for the first time.
    mutating func earn(_ byteCount: Int) { budget.add(byteCount * percent / 100) }

    /// Bytes that may be sent again now.
    mutating func available(_ now: Instant) -> Int { budget.available(now) }

    /// The first `count` ones were sent again.
    mutating func removeFirst(_ count: Int, byteCount: Int, _ now: Instant) {
        budget.take(byteCount, now)
        for entry in entries[..<count] { isWaiting.remove(entry.number) }
        entries.removeFirst(count)
    }

    /// Drops those that are not in the store any more, and those that have waited for `milliseconds`: whoever still
    /// misses them asks again, and what was asked for lately must not wait behind what nobody wants any more.
    mutating func remove(below oldest: UInt64, waitingFor milliseconds: UInt64, _ now: Instant) {
        let isOver = { (entry: Entry) in entry.number < oldest || now.milliseconds(since: entry.asked) >= milliseconds }
        guard entries.contains(where: isOver) else { return }
        entries.removeAll(where: isOver)
        isWaiting = Set(entries.lazy.map(\.number))
    }
}
