internal import Hark

/// Runs `body` in a world of its own, on the loop, one world at a time.
///
/// - Parameters:
///   - seed: what everything follows from.
///   - conditions: how the network behaves.
///   - body: the test.
/// - Throws: `SimulationError.failed`, which names the seed, with what `body` has thrown.
@EventLoop
public func withSimulation<Result: Sendable>(
    seed: UInt64 = 1, conditions: NetworkConditions = .ordinary,
    _ body: @EventLoop (Simulation) async throws -> Result
) async throws -> Result {
    await SimulationTurn.shared.begin()
    defer { SimulationTurn.shared.end() }
    do {
        return try await body(Simulation(seed: seed, conditions: conditions))
    } catch {
        throw SimulationError.failed(seed: seed, error)
    }
}

/// Worlds share the loop's thread, so two at a time would see each other's turns.
@EventLoop
private final class SimulationTurn {
    static let shared = SimulationTurn()

    private var isTaken = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func begin() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiters.append($0) }
    }

    func end() {
        if waiters.isEmpty { isTaken = false } else { waiters.removeFirst().resume() }
    }
}
