import Foundation
import HarkTesting
import Testing

@Suite struct SeedTests {
    @Test func `seeds are the first numbers, unless one is asked for`() async {
        await #expect(processExitsWith: .success) {
            unsetenv("HARK_SEED")
            try #require(Simulation.seeds(3) == [1, 2, 3])
            setenv("HARK_SEED", "17", 1)
            try #require(Simulation.seeds(3) == [17])
        }
    }

    @Test func `a test that fails in a simulation names its seed`() async {
        struct Fault: Error {}
        let error = await #expect(throws: SimulationError.self) {
            try await withSimulation(seed: 17) { _ in throw Fault() }
        }
        #expect(error?.description == "with seed 17: Fault()")
    }
}
