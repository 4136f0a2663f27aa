/// A scenario's medians as a Markdown table that also reads well on a terminal.
struct Table {
    private let standing: Standing

    init(_ standing: Standing) {
        self.standing = standing
    }

    var text: String {
        let columns = Column.columns(of: standing.scenario)
        var rows = [["contestant"] + columns.map(\.title)]
        for entry in standing.scenario.entries {
            rows.append([entry.name] + columns.map { $0.cell(standing, entry) ?? "–" })
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { Self.line($0, widths) }
        lines.insert("|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|", at: 1)
        return "### \(standing.scenario.name)\n\n" + lines.joined(separator: "\n") + "\n\n" + circumstances
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: width - cell.count)
        }
        return "| " + padded.joined(separator: " | ") + " |"
    }

    private var circumstances: String {
        var text = "Medians of \(standing.rounds.count) rounds"
        if standing.repeated > 0, !standing.isDisturbed { text += ", \(standing.repeated) disturbed ones repeated" }
        text += "; in the worst of them the hypervisor took \(Figure.percent(standing.steal))"
        text += " and other processes \(Figure.percent(standing.others)) of the processors."
        if standing.isDisturbed { text += " **The machine was disturbed: run this again.**" }
        return text
    }
}
