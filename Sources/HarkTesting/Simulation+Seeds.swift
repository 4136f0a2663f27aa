#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension Simulation {
    /// The seeds to run a test with: 1, 2, 3 and so on.
    ///
    /// ```swift
    /// @Test(arguments: Simulation.seeds(100))
    /// func `nothing is lost`(seed: UInt64) async throws {
    ///     try await withSimulation(seed: seed, conditions: .hostile) { simulation in … }
    /// }
    /// ```
    /// A test that fails names its argument, the seed. With the environment variable `HARK_SEED` it runs with that one
    /// only: `HARK_SEED=17 swift test --filter …`.
    /// - Parameter count: how many, at least 1.
    public nonisolated static func seeds(_ count: Int) -> [UInt64] {
        guard let variable = getenv("HARK_SEED") else { return (1...UInt64(max(1, count))).map(\.self) }
        let text = String(cString: variable)
        guard let seed = UInt64(text) else {
            preconditionFailure("HARK_SEED is \"\(text)\"; it takes the number of a seed")
        }
        return [seed]
    }
}
