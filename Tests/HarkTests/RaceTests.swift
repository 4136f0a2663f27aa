import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct RaceTests {
    @Test func `whoever waits goes on when there is nothing left to wait for, whatever ends it and when`() async throws
    {
        for seed in 1...UInt64(SweepSize.of(quick: 150, full: 20_000, soak: 1_000_000)) {
            let conditions: NetworkConditions = seed % 3 == 0 ? .narrow : .ordinary
            try await withSimulation(seed: seed, conditions: conditions) { simulation in
                try await RacedWorld(simulation).run()
            }
        }
    }
}
