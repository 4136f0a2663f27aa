import ArgumentParser
import Foundation
import Hark

/// An earlier result, to compare with.
struct BenchComparison: Sendable {
    /// 10 %: on a quiet machine one run differs from the next by less.
    private static let deviationMax = 0.1

    private let file: String
    private let earlier: Value

    /// - Throws: when the file has no result of this mode.
    init(file: String, mode: BenchMode) throws {
        self.file = file
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

    private struct Ratio {
        let name: String
        let before: Double
        let now: Double

        var value: Double { now / before }
        var isOutside: Bool { abs(value - 1) > deviationMax }
    }

    private func ratios(_ result: BenchResult) -> [Ratio] {
        result.figures.compactMap { name, now in
            let before = (earlier[name] ?? earlier["latencyMicroseconds"]?[name])?.double
            return before.flatMap { $0 > 0 ? Ratio(name: name, before: $0, now: now) : nil }
        }
    }

    /// Options that differ, by name.
    private func differences(_ result: BenchResult) -> [String] {
        let now = result.plan.json
        return (now.object ?? [:]).map(\.0).filter { key in
            now[key]?.double != earlier["configuration"]?[key]?.double
        }
    }

    func json(_ result: BenchResult) -> Value {
        let figures = ratios(result).map { ratio in
            let fields: Value = [
                "before": .double(ratio.before), "now": .double(ratio.now), "ratio": .double(ratio.value),
                "outside": .bool(ratio.isOutside),
            ]
            return (ratio.name, fields)
        }
        return [
            "file": .string(file), "otherOptions": .array(differences(result).map { .string($0) }),
            "figures": .object(Value.Object(figures)),
        ]
    }

    func readable(_ result: BenchResult, _ style: Style) -> [String] {
        var lines = [style.dim("compared with \(file)")]
        let differences = differences(result)
        if !differences.isEmpty { lines.append("  measured otherwise: \(differences.joined(separator: ", "))") }
        for ratio in ratios(result) {
            let text = String(format: "%.2f", ratio.value) + " ×"
            lines.append("  " + ratio.name.padded(to: 20) + text + (ratio.isOutside ? "  outside ±10 %" : ""))
        }
        return lines
    }
}
