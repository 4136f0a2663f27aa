internal import HarkWire
internal import Logging

/// What was typed behind a method of the console.
struct ConsoleArguments {
    let values: [Value]

    /// - Parameter counts: how many there may be.
    /// - Throws: `HarkError` with code `.arguments` when there are more or fewer.
    init(_ values: [Value], _ counts: ClosedRange<Int> = 0...Int.max) throws(HarkError) {
        guard counts.contains(values.count) else {
            throw HarkError(
                .arguments, "it takes \(counts.upperBound == 0 ? "no" : "up to \(counts.upperBound)") arguments")
        }
        self.values = values
    }

    /// An argument that is a text.
    ///
    /// - Throws: `HarkError` with code `.arguments` when it is none.
    func text(_ index: Int) throws(HarkError) -> String {
        guard index < values.count, case .string(let text) = values[index] else {
            throw HarkError(.arguments, "argument \(index + 1) has to be a text, in quotes")
        }
        return text
    }

    /// An argument that is a level of the log.
    ///
    /// - Throws: `HarkError` with code `.arguments` or `.invalidOptions` when it is none.
    func level(_ index: Int) throws(HarkError) -> Logger.Level {
        let text = try text(index)
        guard let level = Logger.Level(rawValue: text) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw HarkError(.invalidOptions, "there is no level \"\(text)\"; there are \(names)")
        }
        return level
    }
}
