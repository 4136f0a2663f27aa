/// Lets bytes pass at a rate, and some of them at once after a pause.
package struct TokenBucket: Sendable {
    /// Bytes a second.
    package let rate: UInt64
    /// Bytes that may pass at once.
    package let burst: UInt64

    /// What may pass now, in thousandths of a byte: bytes a second are thousandths a millisecond.
    private var level: UInt64
    private var filled = Instant.zero

    /// - Parameter level: what may pass to begin with; nil for all of `burst`.
    package init(rate: Int, burst: Int, level: Int? = nil) {
        // A thousand times each of the two has to fit a number.
        self.rate = UInt64(min(max(rate, 0), 1 << 50))
        self.burst = UInt64(min(max(burst, 0), 1 << 50))
        self.level = min(UInt64(max(level ?? burst, 0)), self.burst) * 1_000
    }

    /// Bytes that may pass now.
    package mutating func available(_ now: Instant) -> Int {
        fill(now)
        return Int(level / 1_000)
    }

    /// So many bytes have passed. What was not there is forgiven.
    package mutating func take(_ byteCount: Int, _ now: Instant) {
        fill(now)
        level -= min(UInt64(byteCount) * 1_000, level)
    }

    /// Bytes that come for another reason than time.
    package mutating func add(_ byteCount: Int) { level = min(level + UInt64(byteCount) * 1_000, burst * 1_000) }

    /// When so many bytes may pass; nil when that is never.
    package mutating func ready(_ byteCount: Int, _ now: Instant) -> Instant? {
        fill(now)
        let wanted = UInt64(byteCount) * 1_000
        if wanted <= level { return now }
        guard rate > 0, UInt64(byteCount) <= burst else { return nil }
        return now + ((wanted - level) + rate - 1) / rate
    }

    private mutating func fill(_ now: Instant) {
        let elapsed = now.milliseconds(since: filled)
        guard elapsed > 0 else { return }
        filled = now
        let (added, overflows) = elapsed.multipliedReportingOverflow(by: rate)
        level = overflows || added > burst * 1_000 - level ? burst * 1_000 : level + added
    }
}
