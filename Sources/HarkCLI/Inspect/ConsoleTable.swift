import Hark

/// What a console has answered, for people: objects are lists, several objects a table.
struct ConsoleTable {
    private let style: Style
    private(set) var lines: [String] = []

    init(_ value: Value, _ style: Style) {
        self.style = style
        add(value, indent: "")
    }

    private mutating func add(_ value: Value, indent: String) {
        if let object = value.object {
            add(object, indent: indent)
        } else if let rows = value.array {
            add(rows, indent: indent)
        } else {
            lines.append(indent + (value.isNull ? style.dim("done") : Self.text(of: value)))
        }
    }

    private mutating func add(_ object: Value.Object, indent: String) {
        let width = (object.map { Self.shown($0.key).count }.max() ?? 0) + 2
        for (key, value) in object {
            let isNested = value.object?.isEmpty == false || value.array?.contains { $0.object != nil } == true
            if isNested {
                lines.append(indent + style.bold(Self.shown(key)))
                add(value, indent: indent + "  ")
            } else {
                lines.append(indent + Self.shown(key).padded(to: width) + Self.cell(value))
            }
        }
    }

    private mutating func add(_ rows: [Value], indent: String) {
        guard !rows.isEmpty else { return lines.append(indent + style.dim("none")) }
        let objects = rows.compactMap(\.object)
        guard objects.count == rows.count else {
            for row in rows { lines.append(indent + Self.cell(row)) }
            return
        }
        var columns: [String] = []
        for key in objects.flatMap({ $0.map(\.key) }) where !columns.contains(key) { columns.append(key) }
        let cells = objects.map { object in columns.map { object[$0].map(Self.cell) ?? "" } }
        let widths = columns.indices.map { index in
            max(Self.shown(columns[index]).count, cells.map { $0[index].count }.max() ?? 0) + 2
        }
        let row = { (cells: [String]) in
            zip(cells, widths).map { $0.padded(to: $1) }.joined().trimmedEnd
        }
        lines.append(indent + style.dim(row(columns.map(Self.shown))))
        lines += cells.map { indent + row($0) }
    }

    private static func cell(_ value: Value) -> String {
        if value.isNull { return "-" }
        if let list = value.array { return list.isEmpty ? "none" : list.map(cell).joined(separator: ", ") }
        if let object = value.object {
            return object.isEmpty ? "none" : object.map { "\(shown($0.key)) \(cell($0.value))" }.joined(separator: ", ")
        }
        return text(of: value)
    }

    private static func text(of value: Value) -> String { value.string.map(shown) ?? value.description }

    /// As it is, unless it would do something to a terminal.
    private static func shown(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        return isPlain ? text : Value.string(text).description.replacing("\u{7F}", with: "\\u007f")
    }
}

extension String {
    /// Without white space at its end.
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
