/// Looks for the best pace at which nothing gets lost: doubles it until something does, halves the distance to the last
/// good one until that is small, and has the result confirmed by two longer runs. Of a contestant who falls behind
/// before anything gets lost, the pace counts at which most arrived.
struct PaceSearch {
    /// A run to be made.
    struct Step {
        /// Messages per second.
        let pace: Double
        /// Whether a short run will do.
        let isProbe: Bool
    }

    /// What to run next; nil when the search is over.
    private(set) var next: Step?
    /// What it has found: the slower one of the runs that confirm each other.
    private(set) var best: Trial?

    private var lossless: Double?
    private var lossy: Double?
    /// Of the probes in which nothing got lost.
    private var fastest = (pace: 0.0, rate: 0.0)
    private var confirmed: [Trial] = []
    private var laggards = 0
    private var runs = 0

    /// 20 MB/s: below what anybody can do, so that the first steps find out how much more it is.
    private static let firstBytesPerSecond = 20e6
    /// 6 %: medians differ more than that from run to run.
    private static let precision = 1.06
    /// How much slower the next attempt is when a longer run was not good.
    private static let retreat = 0.92
    /// A sender that stays so far behind its pace, and behind twice that pace as well, cannot go faster.
    private static let keepsUp = 0.9
    private static let laggardsMax = 2
    private static let confirmations = 2
    /// Then it is not the pace that messages get lost by.
    private static let runsMax = 40

    init(size: Int) {
        next = Step(pace: Self.firstBytesPerSecond / Double(size), isProbe: true)
    }

    /// Notes how the step went; nil when there was nothing to measure.
    mutating func note(_ trial: Trial?) {
        guard let step = next else { return }
        runs += 1
        guard runs < Self.runsMax else {
            next = nil
            return
        }
        let lossless = trial.flatMap { $0.lost == 0 ? $0 : nil }
        if step.isProbe { noteProbe(step.pace, lossless) } else { noteConfirmation(step.pace, lossless) }
    }

    private mutating func noteProbe(_ pace: Double, _ trial: Trial?) {
        if let trial {
            lossless = pace
            laggards = trial.rate < pace * Self.keepsUp ? laggards + 1 : 0
            if trial.rate > fastest.rate { fastest = (pace, trial.rate) }
        } else {
            lossy = pace
            laggards = 0
        }
        let isSaturated = laggards == Self.laggardsMax
        switch (lossless, lossy) {
        case (let good?, let bad?) where bad / good > Self.precision && !isSaturated:
            next = Step(pace: (good * bad).squareRoot(), isProbe: true)
        case (let good?, nil) where !isSaturated: next = Step(pace: good * 2, isProbe: true)
        case (let good?, _): next = Step(pace: isSaturated ? fastest.pace : good, isProbe: false)
        case (nil, _): next = Step(pace: pace / 2, isProbe: true)
        }
    }

    private mutating func noteConfirmation(_ pace: Double, _ trial: Trial?) {
        guard let trial else {
            confirmed = []
            next = Step(pace: pace * Self.retreat, isProbe: false)
            return
        }
        confirmed.append(trial)
        guard confirmed.count == Self.confirmations else { return }
        best = confirmed.min { $0.rate < $1.rate }
        next = nil
    }
}
