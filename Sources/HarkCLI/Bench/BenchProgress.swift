import Foundation
import Hark

/// How a measurement goes.
@EventLoop
final class BenchProgress {
    private let plan: BenchPlan
    private var bench: Bench?
    /// Runs that are over.
    private var over = -1
    private var count = 0
    private lazy var progress = Progress(style) { [weak self] in self?.state() }
    private let style: ProgressStyle

    init(_ plan: BenchPlan, _ style: ProgressStyle) {
        self.plan = plan
        self.style = style
    }

    /// The next run begins.
    func follow(_ bench: Bench) {
        self.bench = bench
        over += 1
        count = 0
        progress.start()
    }

    func stop() { progress.stop() }

    private func state() -> ProgressState? {
        guard let bench else { return nil }
        var state = ProgressState(stage: "run \(over + 1) of \(plan.runs)")
        let all = plan.warmUp + plan.duration
        let passed = min(bench.driver?.progress.over ?? 0, all)
        let sum = all * Double(plan.runs)
        state.share = sum > 0 ? (all * Double(over) + passed) / sum : nil
        state.secondsLeft = sum - all * Double(over) - passed
        guard let driver = bench.driver else {
            state.figures = [.init("connections", "connections", bench.idleCount)]
            return state
        }
        let now = plan.mode.isAnswered ? driver.received : driver.sent
        state.figures = [.init("eventsPerSecond", "events/s", max(0, now - count))]
        count = now
        if driver.latencies.count > 0 {
            state.figures += [("50", 50), ("99", 99), ("99.9", 99.9)].map { name, percentile in
                .init("p\(name)Microseconds", "µs p\(name)", driver.latencies.percentile(percentile) / 1_000)
            }
        }
        return state
    }
}
