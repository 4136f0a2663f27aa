/// What the rest of the world took of the machine's processors during a round, as shares of all they had.
struct Disturbance: Codable {
    /// Taken by the hypervisor for other guests.
    let steal: Double
    /// Used by processes that are not part of the benchmark.
    let others: Double

    /// Above these a ratio says more about the neighbours than about the contestants.
    var isTolerable: Bool { steal < 0.05 && others < 0.15 }
}
