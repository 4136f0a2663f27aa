package import HarkWire

/// Who was told of what was refused: once a minute for each source and reason, so that nobody fills a log from outside.
package struct EventcastRefusals: Sendable {
    /// A minute, in milliseconds.
    package static let intervalMilliseconds: UInt64 = 60_000
    /// 256 sources and reasons, some 60 bytes each. With more of them in a minute somebody is making them up: those
    /// beyond are counted and not told.
    package static let countMax = 256

    private struct Key: Hashable, Sendable {
        let reason: GroupRefusal.Reason
        let source: DatagramAddress
    }

    private var told: [Key: Instant] = [:]
    /// When the oldest of them may be told again, or earlier.
    private var oldestEnd = Instant.zero

    package init() {}

    /// Whether it is to be told; then it was.
    package mutating func take(_ reason: GroupRefusal.Reason, from source: DatagramAddress, now: Instant) -> Bool {
        let key = Key(reason: reason, source: source.with(port: 0))
        if let last = told[key], now.milliseconds(since: last) < Self.intervalMilliseconds { return false }
        if told[key] == nil, told.count >= Self.countMax {
            guard now >= oldestEnd else { return false }
            told = told.filter { now.milliseconds(since: $0.value) < Self.intervalMilliseconds }
            oldestEnd = (told.values.min() ?? now) + Self.intervalMilliseconds
            guard told.count < Self.countMax else { return false }
        }
        told[key] = now
        return true
    }
}
