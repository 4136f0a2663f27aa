import ArgumentParser
import Foundation
import Hark

/// An earlier result, to compare with.
struct BenchComparison: Sendable {
    private let file: String
    private let earlier: Value
    /// As a share.
    private let tolerance: Double

    /// - Throws: when the file has no result of this mode.
    init(file: String, mode: BenchMode, tolerance: Double) throws {
        self.file = file
        self.tolerance = tolerance
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("--compare cannot read \"\(file)\"; give a file that hark bench --json has written")
        }
        guard let value = try? Value(json: Array(data)), value["type"]?.string == "bench" else {
            throw ValidationError("\"\(file)\" is no result; give --compare what hark bench --json has written")
        }
        let other = value["mode"]?.string ?? ""
        guard other == mode.rawValue else {
            throw ValidationError(
                "\"\(file)\" is a result of \(other), not of \(mode.rawValue); compare like with like")
        }
        earlier = value
    }

    /// One figure, then and now.
    private struct Ratio {
        let before: BenchSpread
        let now: BenchSpread
        let tolerance: Double

        var name: String { now.name }
        var value: Double { now.median / before.median }
        var isOutside: Bool { abs(value - 1) > tolerance }

        /// The slowest of all events differ from run to run, so they are shown and not judged.
        private var isJudged: Bool { !["p99.9", "p99.99", "max"].contains(name) }

        /// Worse by more than is tolerated, and in each run worse than in any run before.
        var isWorse: Bool {
            guard isJudged, isOutside else { return false }
            return ["eventsPerSecond", "megabytesPerSecond"].contains(name)
                ? value < 1 && now.most < before.least : value > 1 && now.least > before.most
        }
    }

    private func ratios(_ series: BenchSeries) -> [Ratio] {
        series.spreads.compactMap { now in
            let spread = earlier["spread"]?[now.name]
            let single = (earlier[now.name] ?? earlier["latencyMicroseconds"]?[now.name])?.double
            let values = ["least", "median", "most"].compactMap { spread?[$0]?.double ?? single }
            guard let before = BenchSpread(now.name, values), before.median > 0 else { return nil }
            return Ratio(before: before, now: now, tolerance: tolerance)
        }
    }

    /// Options that differ, by name.
    private func differences(_ series: BenchSeries) -> [String] {
        let now = series.total.plan.json
        return (now.object ?? [:]).map(\.0).filter { key in
            now[key]?.double != earlier["configuration"]?[key]?.double
        }
    }

    /// What ends the command when something is worse; nil when nothing is, or when it was measured otherwise.
    func failure(_ series: BenchSeries) -> Failure? {
        let differences = differences(series)
        guard differences.isEmpty else {
            StandardError.write(
                "hark: not judged: \(file) was measured with another \(differences.joined(separator: ", "))")
            return nil
        }
        let worse = ratios(series).filter(\.isWorse)
        guard !worse.isEmpty else { return nil }
        let figures = worse.map { String(format: "\($0.name) %.2f ×", $0.value) }
        return Failure(.failure, "worse than \(file): \(figures.joined(separator: ", "))")
    }

    func json(_ series: BenchSeries) -> Value {
        let figures = ratios(series).map { ratio in
            let fields: Value = [
                "before": .double(ratio.before.median), "now": .double(ratio.now.median),
                "ratio": .double(ratio.value), "outside": .bool(ratio.isOutside), "worse": .bool(ratio.isWorse),
            ]
            return (ratio.name, fields)
        }
        return [
            "file": .string(file), "otherOptions": .array(differences(series).map { .string($0) }),
            "figures": .object(Value.Object(figures)),
        ]
    }

    func readable(_ series: BenchSeries, _ style: Style) -> [String] {
        var lines = [style.dim("compared with \(file)")]
        let differences = differences(series)
        if !differences.isEmpty { lines.append("  measured otherwise: \(differences.joined(separator: ", "))") }
        let processor = earlier["machine"]?["processor"]?.string
        if let processor, processor != BenchMachine().json["processor"]?.string {
            lines.append("  on another machine: \(processor)")
        }
        for ratio in ratios(series) {
            let text = String(format: "%.2f", ratio.value) + " ×"
            let remark = ratio.isWorse ? style.red("  worse") : ratio.isOutside ? "  differs" : ""
            lines.append("  " + ratio.name.padded(to: 20) + text + remark)
        }
        return lines
    }
}
