import Hark

/// What a check has found.
struct Finding: Sendable {
    enum Verdict: String, CaseIterable, Sendable {
        case ok
        /// Something works less well than it could, or not for everybody.
        case warning
        /// Something does not work.
        case failure
    }

    let verdict: Verdict
    /// What was found, without a full stop.
    let text: String
    /// What to do; nil when there is nothing.
    let advice: String?
    /// The same as numbers, for scripts.
    let details: Value.Object

    private init(_ verdict: Verdict, _ text: String, _ advice: String?, _ details: Value.Object) {
        self.verdict = verdict
        self.text = text
        self.advice = advice
        self.details = details
    }

    static func ok(_ text: String, _ details: Value.Object = [:]) -> Finding { Finding(.ok, text, nil, details) }

    static func warning(_ text: String, advice: String, _ details: Value.Object = [:]) -> Finding {
        Finding(.warning, text, advice, details)
    }

    static func failure(_ text: String, advice: String, _ details: Value.Object = [:]) -> Finding {
        Finding(.failure, text, advice, details)
    }

    /// As one object.
    func json(of check: String) -> Value {
        var fields: [(String, Value)] = [
            ("type", "check"), ("name", .string(check)), ("verdict", .string(verdict.rawValue)),
            ("found", .string(text)), ("advice", advice.map { .string($0) } ?? .null),
        ]
        if !details.isEmpty { fields.append(("details", .object(details))) }
        return .object(Value.Object(fields))
    }

    /// Lines for people.
    func readable(of check: String, _ style: Style) -> [String] {
        let mark =
            switch verdict {
            case .ok: style.green("✓")
            case .warning: style.bold("!")
            case .failure: style.red("✗")
            }
        let line = "\(mark) \(style.bold(check.padded(to: Self.nameWidth)))\(text)"
        return [line] + (advice.map { [String(repeating: " ", count: Self.nameWidth + 2) + "→ " + $0] } ?? [])
    }

    /// Columns of a check's name.
    private static let nameWidth = 15
}
