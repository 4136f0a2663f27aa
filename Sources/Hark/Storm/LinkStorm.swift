internal import HarkUV

/// What a link knows of events that it answers with events. There is none before the first.
///
/// What is heard and answered here is half of a storm; a service that answers looks the same. So each side tells the
/// other of its half, and only both make one.
@EventLoop
final class LinkStorm {
    private(set) var watch = StormWatch<StormPair>()
    /// Runs while it is slowed down and nothing is read.
    var pause: (any EventTimer)?

    /// What goes on here, as it was last seen.
    private var here: (pair: StormPair, rate: Int, at: UInt64)?
    /// What goes on at the other side, as it was last told.
    private var there: (pair: StormPair, at: UInt64)?
    private var toldAt: UInt64?

    init() {}

    /// A listener of the one event has emitted the other `count` times.
    ///
    /// - Returns: whether the other side shall be told.
    func answered(_ pair: StormPair, _ count: Int, at now: UInt64, _ rule: StormRule) -> Bool {
        guard let rate = watch.answered(pair, count, at: now, rule), !watch.isStorming(at: now) else { return false }
        let isSaid = here?.pair == pair && toldAt.map { now - $0 < StormRule.calm / 2 } ?? false
        here = (pair, rate, now)
        if !isSaid { toldAt = now }
        return !isSaid
    }

    /// The other side answers `pair.answer` with `pair.heard`.
    func otherAnswers(_ pair: StormPair, at now: UInt64) { there = (pair, now) }

    /// An event was heard and not answered.
    ///
    /// - Parameter name: its number; nil for several.
    func heard(_ name: UInt64?) {
        if name != watch.pair?.heard { watch.interrupt() }
    }

    /// Several events were heard, and some answered.
    func interrupt() { watch.interrupt() }

    /// Whether a storm begins: both sides have said so of the same pair, and not long ago.
    ///
    /// - Returns: the pair, and the answers a second.
    func begins(at now: UInt64) -> (pair: StormPair, rate: Int)? {
        guard let here, let there, here.pair == there.pair, now - here.at <= StormRule.calm,
            now - there.at <= StormRule.calm
        else { return nil }
        self.here = nil
        self.there = nil
        watch.begins(here.pair, at: now)
        return (here.pair, here.rate)
    }

    /// How many milliseconds to read nothing after `count` answers.
    func pause(after count: Int, at now: UInt64, _ rule: StormRule) -> UInt64 {
        watch.pause(after: count, at: now, rule)
    }
}

/// What was heard, and what a listener of it has emitted: numbers of names, each as who emits it has defined it.
struct StormPair: Equatable {
    let heard: UInt64
    let answer: UInt64
}
