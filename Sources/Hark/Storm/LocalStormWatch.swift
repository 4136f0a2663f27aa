internal import HarkUV

/// Watches the events of this process for a storm. What a listener emits is one step further from where it began; only
/// what is far from there is counted, so chains that end are not.
struct LocalStormWatch {
    /// Two names, in either order: here both of them are answers.
    struct Pair: Equatable {
        let heard: String
        let answer: String

        static func == (left: Pair, right: Pair) -> Bool {
            left.heard == right.heard && left.answer == right.answer
                || left.heard == right.answer && left.answer == right.heard
        }
    }

    private var watch = StormWatch<Pair>()
    // The batch that is being delivered.
    private var pair: Pair?
    private var count = 0
    private var isMixed = false
    private var emitter: Emitter?

    /// A listener has emitted an event to listeners of this process.
    mutating func answered(_ answer: String, to heard: String, depth: Int, _ emitter: Emitter) {
        guard depth >= StormRule.depthMin else { return }
        let pair = Pair(heard: heard, answer: answer)
        if self.pair == nil { self.pair = pair }
        if pair != self.pair { isMixed = true }
        count += 1
        self.emitter = emitter
    }

    /// A batch was delivered.
    ///
    /// - Returns: whose storm it is that shall be slowed, and for how many milliseconds.
    @EventLoop
    mutating func batchEnds() -> (emitter: Emitter, pause: UInt64)? {
        guard let pair, let emitter else { return nil }
        defer {
            self.pair = nil
            self.emitter = nil
            count = 0
            isMixed = false
        }
        guard !isMixed else {
            watch.interrupt()
            return nil
        }
        let now = emitter.environment.clock.turn
        let rule = emitter.linkOptions.storm
        if let rate = watch.answered(pair, count, at: now, rule), !watch.isStorming(at: now) {
            watch.begins(pair, at: now)
            emitter.report(Storm(heard: pair.heard, answer: pair.answer, rate: rate, peer: nil))
        }
        let pause = watch.pause(after: count, at: now, rule)
        return pause > 0 ? (emitter, pause) : nil
    }
}
