/// When it is a storm, and what becomes of it: what an emitter's options say, in the units in which it is counted.
struct StormRule: Sendable {
    /// 50 ms: answers are counted in parts of this length, each of which must have too many. A storm is told so much
    /// later than it could be.
    static let part: UInt64 = 50

    /// 2 000 ms without a storm end it, so that one that stumbles is not told twice. What one side says of a storm is
    /// valid as long, and is said half as often.
    static let calm: UInt64 = 2_000

    /// 1 000 ms: no pause is longer. Goodbyes wait as long.
    static let pauseMax: UInt64 = 1_000

    /// 16: events that stay in the process carry how many listeners came before, and where so many have answered each
    /// other it is no chain that ends.
    static let depthMin = 16

    /// More answers a second are too many.
    let rateMax: Int
    /// For how many milliseconds there must be too many.
    let duration: UInt64
    /// The most answers a second that are allowed to a storm; nil when it is not slowed.
    let throttle: Int?
    /// How many answers a second keep alive a storm that has begun. One that is slowed has not ended for that; timers
    /// are late by a few milliseconds, so it may be slower than allowed.
    let rateOfEnding: Int

    init(_ limits: Limits, _ policy: StormPolicy) {
        rateMax = max(limits.stormRate, 0)
        duration = limits.stormDuration.milliseconds
        switch policy {
        case .report: throttle = nil
        case .throttle(let rate): throttle = max(rate, 1)
        }
        rateOfEnding = min(throttle.map { $0 / 4 } ?? .max, rateMax)
    }
}
