import Foundation
import Hark

/// Tells once a second how a measurement goes: a line that is replaced on a terminal, otherwise one JSON object each.
@EventLoop
final class BenchProgress {
    /// Characters of the bar.
    private static let barWidth = 20

    private let bench: Bench
    private let plan: BenchPlan
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var ticker: Ticker?
    private var count = 0

    init(_ bench: Bench, _ plan: BenchPlan) {
        self.bench = bench
        self.plan = plan
    }

    /// - Parameter isWanted: also where nobody watches.
    func start(isWanted: Bool) {
        guard isWanted || isTerminal else { return }
        ticker = Ticker(every: 1_000) { [weak self] in self?.tick() }
    }

    func stop() {
        ticker?.stop()
        if isTerminal, ticker != nil { write("\r\u{1B}[K") }
        ticker = nil
    }

    private func tick() {
        guard let driver = bench.driver else { return show([("connections", bench.idleCount)], over: 0, all: 0) }
        let now = plan.mode.isAnswered ? driver.received : driver.sent
        var fields = [("eventsPerSecond", max(0, now - count))]
        count = now
        if driver.latencies.count > 0 {
            fields += [50, 99].map { ("p\($0)Microseconds", driver.latencies.percentile(Double($0)) / 1_000) }
        }
        show(fields, over: min(driver.progress.over, driver.progress.all), all: driver.progress.all)
    }

    private func show(_ fields: [(String, Int)], over: Double, all: Double) {
        let left = max(0, Int((all - over).rounded(.up)))
        guard isTerminal else {
            let numbers = [("secondsLeft", left)] + fields
            let object = Value.Object([("type", "progress")] + numbers.map { ($0.0, .int(Int64($0.1))) })
            return StandardError.write("\(object)")
        }
        let done = all > 0 ? Int(over / all * Double(Self.barWidth)) : 0
        let bar = String(repeating: "#", count: done) + String(repeating: "-", count: Self.barWidth - done)
        let text = fields.map { "\($0.1.grouped) \(Self.unit($0.0))" }.joined(separator: "  ")
        write("\r[\(bar)] \(left) s left  \(text)\u{1B}[K")
    }

    private static func unit(_ field: String) -> String {
        switch field {
        case "eventsPerSecond": "events/s"
        case "p50Microseconds": "µs p50"
        case "p99Microseconds": "µs p99"
        default: field
        }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
