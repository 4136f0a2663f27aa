/// Counts the answers of one pair of events, and tells when there are too many. It is told per batch of events, never
/// per event.
struct StormWatch<Pair: Equatable> {
    /// The pair that was seen last.
    private(set) var pair: Pair?
    /// Whether nothing else was seen since.
    private(set) var isCounting = false
    /// The part of a second that is being counted.
    private var part = Span()
    /// All parts with too many answers, without a gap.
    private var run = Span()
    /// The storm that has begun last, and when it was last one.
    private var storm: (pair: Pair, at: UInt64)?
    /// By how many microseconds the answers so far are ahead of the rate allowed.
    private var lead: UInt64 = 0

    private struct Span {
        var start: UInt64 = 0
        var count = 0

        func rate(at now: UInt64) -> Int { count * 1_000 / max(Int(now - start), 1) }
    }

    /// Another event came between.
    mutating func interrupt() { isCounting = false }

    /// A listener of the one event has emitted the other `count` times.
    ///
    /// - Parameters:
    ///   - pair: both names.
    ///   - count: how many times since it was asked last.
    ///   - now: the time in milliseconds.
    ///   - rule: how many are too many.
    /// - Returns: how many a second, if there were too many for long enough; after each part of a second again.
    mutating func answered(_ pair: Pair, _ count: Int, at now: UInt64, _ rule: StormRule) -> Int? {
        guard isCounting, pair == self.pair else {
            self.pair = pair
            isCounting = true
            part = Span(start: now)
            run = part
            return nil
        }
        part.count += count
        guard now - part.start >= StormRule.part else { return nil }
        let rate = part.rate(at: now)
        run.count += part.count
        part = Span(start: now)
        if isStorming(at: now), rate >= rule.rateOfEnding { storm?.at = now }
        if rate <= rule.rateMax { run = part }
        return now - run.start >= max(rule.duration, StormRule.part) ? run.rate(at: now) : nil
    }

    /// From now on it is a storm.
    mutating func begins(_ pair: Pair, at now: UInt64) { storm = (pair, now) }

    /// Whether the pair is in a storm that has begun and not calmed down.
    func isStorming(at now: UInt64) -> Bool {
        guard let storm, storm.pair == pair else { return false }
        return now - storm.at <= StormRule.calm
    }

    /// How many milliseconds to wait after `count` answers, so that there are no more than allowed.
    mutating func pause(after count: Int, at now: UInt64, _ rule: StormRule) -> UInt64 {
        guard let rateMax = rule.throttle, isStorming(at: now) else { return 0 }
        lead += UInt64(count) * 1_000_000 / UInt64(rateMax)
        let pause = lead / 1_000
        lead %= 1_000
        return min(pause, StormRule.pauseMax)
    }
}
