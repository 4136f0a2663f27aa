/// How the entries of a scenario compare: medians over its rounds.
struct Standing {
    let scenario: Scenario
    /// The rounds that count.
    let rounds: [Round]
    /// Rounds that were run again because the machine was disturbed.
    let repeated: Int

    /// The median of a figure of one entry; nil if it did not take part or does not have it.
    func median(_ entry: Entry, _ figure: (Trial) -> Double?) -> Double? {
        Self.median(rounds.compactMap { $0.trials[entry].flatMap(figure) })
    }

    /// The median of the ratios, taken within each round, of a figure of one entry to that of another.
    func ratio(_ entry: Entry, to other: Entry, _ figure: (Trial) -> Double?) -> Double? {
        Self.median(
            rounds.compactMap { round in
                guard let one = round.trials[entry].flatMap(figure), let two = round.trials[other].flatMap(figure)
                else {
                    return nil
                }
                return two > 0 ? one / two : nil
            })
    }

    /// The worst round that counts.
    var steal: Double { rounds.map(\.disturbance.steal).max() ?? 0 }
    var others: Double { rounds.map(\.disturbance.others).max() ?? 0 }
    var isDisturbed: Bool { rounds.contains { !$0.disturbance.isTolerable } }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
