/// Whether a goal was reached.
struct Verdict: Codable {
    let goal: String
    let wanted: String
    let measured: Double?
    let unit: String
    /// Nil when a contestant it compares was missing.
    let isMet: Bool?

    init(goal: String, wanted: String, measured: (value: Double, isMet: Bool)?, unit: String) {
        self.goal = goal
        self.wanted = wanted
        self.measured = measured?.value
        self.unit = unit
        isMet = measured?.isMet
    }

    /// The line that scripts look for.
    var line: String {
        guard let measured, let isMet else { return "goal \(goal): not measured, wanted \(wanted)" }
        let figure = "\(Figure.decimals(measured, 2)) \(unit)"
        return "goal \(goal): measured \(figure), wanted \(wanted), \(isMet ? "met" : "missed")"
    }
}
