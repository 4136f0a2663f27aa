import Hark

/// How far something is.
struct ProgressState: Sendable {
    /// What is being done, in a few words.
    var stage: String
    /// From 0 to 1; nil when nobody knows where the end is.
    var share: Double?
    /// Nil when nobody knows.
    var secondsLeft: Double?
    /// Numbers to show, with their names in JSON and their units on a terminal.
    var figures: [Figure] = []

    struct Figure: Sendable {
        let name: String
        let unit: String
        let value: Int

        init(_ name: String, _ unit: String, _ value: Int) {
            self.name = name
            self.unit = unit
            self.value = value
        }
    }

    /// Characters of the bar.
    private static let barWidth = 20

    /// Estimates what is left from what is done.
    mutating func estimate(after seconds: Double) {
        guard let share, share > 0 else { return }
        secondsLeft = seconds * (1 - share) / share
    }

    private var wholeSecondsLeft: Int? { secondsLeft.map { max(0, Int($0.rounded(.up))) } }

    /// As one object.
    var json: Value {
        var fields: [(String, Value)] = [("type", "progress"), ("stage", .string(stage))]
        if let share { fields.append(("percent", .int(Int64(share * 100)))) }
        if let wholeSecondsLeft { fields.append(("secondsLeft", .int(Int64(wholeSecondsLeft)))) }
        fields += figures.map { ($0.name, .int(Int64($0.value))) }
        return .object(Value.Object(fields))
    }

    /// As a line on a terminal.
    var bar: String {
        var parts: [String] = []
        if let share {
            let done = Int(min(max(share, 0), 1) * Double(Self.barWidth))
            let bar = String(repeating: "#", count: done) + String(repeating: "-", count: Self.barWidth - done)
            parts.append("[\(bar)]")
        }
        parts.append(stage)
        if let wholeSecondsLeft { parts.append("\(wholeSecondsLeft.grouped) s left") }
        parts += figures.map { "\($0.value.grouped) \($0.unit)" }
        return parts.joined(separator: "  ")
    }
}
