import Hark

/// How a process does, for people.
struct TopTable {
    private(set) var lines: [String] = []
    private let style: Style

    /// - Parameters:
    ///   - title: of which process.
    ///   - before: how it did so many seconds ago.
    init(_ title: String, _ now: TopSnapshot, before: (snapshot: TopSnapshot, seconds: Double)?, _ style: Style) {
        self.style = style
        let load = now.statistics["loopPercent"]?.double.map { "   loop \(Self.text(of: $0)) % busy" } ?? ""
        lines.append(style.bold(title) + load)
        add(now, before)
        add("dropped", now.statistics["dropped"])
        add("refused", now.statistics["refused"])
        add("PEERS", rows: now.peers)
        if !now.nodes.isNull { add("NODES", rows: now.nodes) }
    }

    /// Counts that have grown are shown with how many they are a second.
    private mutating func add(_ now: TopSnapshot, _ before: (snapshot: TopSnapshot, seconds: Double)?) {
        let counts = now.counts
        let width = (counts.map(\.name.count).max() ?? 0) + 2
        for (name, count) in counts {
            let past = before?.snapshot.counts.first { $0.name == name }?.count
            var line = name.padded(to: width) + count.grouped
            if let past, let seconds = before?.seconds, count > past, seconds > 0 {
                line += style.dim("   \(Int(Double(count - past) / seconds).grouped)/s")
            }
            lines.append(line)
        }
    }

    private mutating func add(_ name: String, _ reasons: Value?) {
        guard let reasons = reasons?.object else { return }
        let text = reasons.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        lines.append("\(name): \(text.isEmpty ? style.dim("none") : style.red(text))")
    }

    private mutating func add(_ title: String, rows: Value) {
        lines.append("")
        lines.append(style.bold(title))
        lines += ConsoleTable(rows, style).lines
    }

    private static func text(of percentage: Double) -> String { "\((percentage * 10).rounded() / 10)" }
}
