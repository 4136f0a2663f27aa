/// The datagrams that are to be sent again, and how much of that is allowed.
struct NativeGroupRepairs {
    private var numbers: ContiguousArray<UInt64> = []
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

    var isEmpty: Bool { numbers.isEmpty }
    var isFull: Bool { numbers.count >= NativeGroupLimits.repairCountMax }
    var count: Int { numbers.count }

    subscript(index: Int) -> UInt64 { numbers[index] }

    /// Somebody misses a datagram. One that waits already waits once.
    mutating func insert(_ number: UInt64) {
        guard !isFull, isWaiting.insert(number).inserted else { return }
        numbers.append(number)
    }

    /// So many bytes were sent for the first time.
    mutating func earn(_ byteCount: Int) { budget.add(byteCount * percent / 100) }

    /// Bytes that may be sent again now.
    mutating func available(_ now: Instant) -> Int { budget.available(now) }

    /// The first `count` ones were sent again.
    mutating func removeFirst(_ count: Int, byteCount: Int, _ now: Instant) {
        budget.take(byteCount, now)
        for number in numbers[..<count] { isWaiting.remove(number) }
        numbers.removeFirst(count)
    }

    /// Drops those that are not in the store any more.
    mutating func remove(below oldest: UInt64) {
        guard numbers.contains(where: { $0 < oldest }) else { return }
        numbers.removeAll { $0 < oldest }
        isWaiting = Set(numbers)
    }
}
