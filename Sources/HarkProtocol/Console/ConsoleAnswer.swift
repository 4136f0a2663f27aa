package import HarkWire

/// What comes of a command, for programs and for people.
package enum ConsoleAnswer: Hashable, Sendable {
    /// One line of JSON for both.
    case value(Value)
    /// A sentence or a word.
    case text(String)
    /// An object, of which people see a line for each field.
    case record(Value)
    /// Objects with the same fields, of which people see a line each.
    case table([Value])

    /// For programs.
    package var value: Value {
        switch self {
        case .value(let value), .record(let value): value
        case .text(let text): .string(text)
        case .table(let rows): .array(rows)
        }
    }

    /// For people: lines, none of them ended.
    package var lines: [String] {
        switch self {
        case .value(let value): ["\(value)"]
        case .text(let text): [text]
        case .record(let value): Self.columns(value.object.map { $0.map { [$0.key, Self.cell($0.value)] } } ?? [])
        case .table(let rows): Self.table(rows)
        }
    }

    private static func table(_ rows: [Value]) -> [String] {
        guard !rows.isEmpty else { return ["none"] }
        var keys: [String] = []
        for row in rows { keys += (row.object?.keys ?? []).filter { !keys.contains($0) } }
        return columns([keys] + rows.map { row in keys.map { cell(row[$0] ?? .null) } })
    }

    /// Each column as wide as what is in it.
    private static func columns(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = row.indices.map { column in
                let text = row[column]
                return column == count - 1 ? text : text + String(repeating: " ", count: widths[column] - text.count)
            }
            return padded.joined(separator: "  ")
        }
    }

    /// Text as it is, everything else as JSON.
    private static func cell(_ value: Value) -> String {
        switch value {
        case .null: "-"
        case .string(let text): text
        default: "\(value)"
        }
    }
}
