package import HarkWire

/// Counts what is refused, and tells of each kind and source once a minute: who sends nonsense must not fill a log.
package struct RefusalLog: Sendable {
    private struct Key: Hashable {
        let reason: GroupRefusal.Reason
        let source: DatagramAddress
    }

    /// 60 000 ms.
    private static let interval: UInt64 = 60_000
    /// 1 024 pairs of a kind and a source, some 64 bytes each. When all are in use, the ones told of least recently are
    /// forgotten; until there are such, nothing more is told.
    private static let countMax = 1_024

    private var told: [Key: Instant] = [:]
    /// Before this moment none of them can be forgotten: a flood does not make anybody look through them again.
    private var oldestEnd = Instant.zero
    /// How often each was refused, told of or not.
    package private(set) var counts: [GroupRefusal.Reason: Int] = [:]

    package init() {}

    /// Something is refused.
    ///
    /// - Returns: whether to tell of it.
    package mutating func add(_ reason: GroupRefusal.Reason, from source: DatagramAddress, _ now: Instant) -> Bool {
        counts[reason, default: 0] += 1
        let key = Key(reason: reason, source: source.with(port: 0))
        if let last = told[key], now.milliseconds(since: last) < Self.interval { return false }
        if told.count >= Self.countMax, told[key] == nil {
            guard now >= oldestEnd else { return false }
            told = told.filter { now.milliseconds(since: $0.value) < Self.interval }
            oldestEnd = (told.values.min() ?? now) + Self.interval
            guard told.count < Self.countMax else { return false }
        }
        told[key] = now
        return true
    }
}
