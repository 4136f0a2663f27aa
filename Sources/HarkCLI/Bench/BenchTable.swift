import Hark

/// Results as comma-separated values, a line for each run.
struct BenchTable {
    private let series: BenchSeries

    init(_ series: BenchSeries) { self.series = series }

    /// All lines, the names of the columns first.
    var lines: [String] {
        let rows = series.runs.enumerated().map { fields(of: $1, $0 + 1) }
        let names = rows.first?.map(\.0) ?? []
        return [names].map(Self.line) + rows.map { Self.line($0.map(\.1)) }
    }

    private func fields(of run: BenchResult, _ number: Int) -> [(String, String)] {
        let plan = run.plan
        var fields = [
            ("mode", plan.mode.rawValue), ("url", run.url), ("run", "\(number)"),
            ("seconds", run.memory == nil ? "\(run.seconds)" : ""),
            ("size", run.memory == nil ? "\(plan.size)" : ""), ("rate", plan.rate.map { "\($0)" } ?? ""),
            ("window", plan.mode.isAnswered ? "\(plan.window)" : ""),
            ("clients", plan.mode == .fanOut ? "\(plan.clients)" : ""), ("sent", "\(run.sent)"),
            ("received", "\(run.received)"), ("missed", "\(run.missed)"),
        ]
        fields.append(("eventsPerSecond", run.memory == nil ? "\(run.eventsPerSecond)" : ""))
        for name in Latencies.percentiles.map(\.0) + ["max"] {
            fields.append((name + "Microseconds", run.figure(name).map { "\($0)" } ?? ""))
        }
        fields += [
            ("megabytesPerSecond", run.cast.map { _ in "\(run.megabytesPerSecond)" } ?? ""),
            ("lossShare", run.cast.map { _ in "\(run.lossShare)" } ?? ""),
            ("repairShare", run.cast.map { "\($0.repairShare)" } ?? ""),
        ]
        fields.append(("connections", run.memory.map { "\($0.connections)" } ?? ""))
        fields.append(("bytesPerConnection", run.memory.map { "\($0.perConnection)" } ?? ""))
        let machine = BenchMachine().json.object ?? [:]
        return fields + machine.map { ($0.key, $0.value.isNull ? "" : $0.value.string ?? "\($0.value)") }
    }

    /// As RFC 4180 has it.
    private static func line(_ fields: [String]) -> String {
        fields.map { field in
            guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
            return "\"" + field.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",")
    }
}
