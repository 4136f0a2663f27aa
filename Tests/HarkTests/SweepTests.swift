import Foundation
import Hark
import HarkTesting
import Testing

/// Random operations in hostile worlds. What holds must hold for every seed.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct SweepTests {
    /// How many seeds: `HARK_SWEEP` is unset while developing, `full` in a release, `soak` at night.
    private static var seedCount: UInt64 {
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": 20_000
        case "soak": 1_000_000
        default: 200
        }
    }

    @Test func `every event is delivered once and in order, or dropped and counted, whatever breaks`() async throws {
        var reasons: Set<DropReason> = []
        for seed in 1...Self.seedCount {
            try await withSimulation(seed: seed, conditions: Self.conditions(seed)) { simulation in
                let world = try await SweptWorld(simulation)
                try await world.run()
                reasons.formUnion(world.dropReasons)
            }
        }
        // There was enough of everything to go wrong.
        #expect(reasons == [.queueFull, .overflow, .superseded, .paused, .expired, .closed])
    }

    private static func conditions(_ seed: UInt64) -> NetworkConditions {
        switch seed % 4 {
        case 0: .ordinary
        case 1: .narrow
        default: .hostile
        }
    }
}
