import Foundation
import Hark

/// The runs of a measurement, and what they say together.
struct BenchSeries: Sendable {
    let runs: [BenchResult]
    /// Everything as if it had been one long run; of memory the median.
    let total: BenchResult
    /// By figure, in the order of showing.
    let spreads: [BenchSpread]

    /// Nil without runs.
    init?(_ all: [BenchResult]) {
        // One that was interrupted before it had anything says nothing.
        let telling = all.filter { $0.memory != nil || $0.received > 0 }
        guard let last = (telling.isEmpty ? all : telling).last else { return nil }
        runs = telling.isEmpty ? [last] : telling
        var total = last
        for run in runs.dropLast() { total.add(run) }
        total.wasInterrupted = all.contains(where: \.wasInterrupted)
        let memories = runs.compactMap(\.memory).sorted { $0.perConnection < $1.perConnection }
        if !memories.isEmpty { total.memory = memories[memories.count / 2] }
        self.total = total
        spreads = last.figures.compactMap { [runs] figure in
            BenchSpread(figure.name, runs.compactMap { $0.figure(figure.name) })
        }
    }

    func spread(of name: String) -> BenchSpread? { spreads.first { $0.name == name } }

    /// As one object.
    var json: Value {
        var fields = (total.json.object ?? [:]).map { ($0.key, $0.value) }
        fields.append(("runs", .int(Int64(runs.count))))
        fields.append(("spread", .object(Value.Object(spreads.map { ($0.name, $0.json) }))))
        return .object(Value.Object(fields))
    }

    /// Lines for people.
    func readable(_ style: Style) -> [String] {
        total.readable(style) { [self] name in
            guard runs.count > 1, let spread = spread(of: name) else { return "" }
            let digits = spread.most < 100 ? 1 : 0
            let bounds = String(format: "%.\(digits)f to %.\(digits)f", spread.least, spread.most)
            return style.dim("   runs: \(bounds), \(Int(spread.percent.rounded())) %")
        }
    }
}
