/// A figure that Hark must reach.
struct Goal: Sendable {
    enum Bound: Sendable {
        case atLeast(Double)
        case atMost(Double)
        case above(Double)
    }

    let name: String
    /// The scenario it is taken from.
    let scenario: String
    let bound: Bound
    /// What the figure is counted in.
    let unit: String
    let measure: @Sendable (Standing) -> Double?

    /// Nil when its scenario was not asked for.
    func verdict(in standings: [Standing]) -> Verdict? {
        guard let standing = standings.first(where: { $0.scenario.name == scenario }) else { return nil }
        return Verdict(goal: name, wanted: wanted, measured: measure(standing).map { ($0, isMet($0)) }, unit: unit)
    }

    private var wanted: String {
        switch bound {
        case .atLeast(let limit): ">= \(Figure.decimals(limit, 2)) \(unit)"
        case .atMost(let limit): "<= \(Figure.decimals(limit, 2)) \(unit)"
        case .above(let limit): "> \(Figure.decimals(limit, 2)) \(unit)"
        }
    }

    private func isMet(_ measured: Double) -> Bool {
        switch bound {
        case .atLeast(let limit): measured >= limit
        case .atMost(let limit): measured <= limit
        case .above(let limit): measured > limit
        }
    }
}
