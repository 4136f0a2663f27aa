import Hark
import HarkTesting
import Testing

/// Acknowledgements that nobody waits for any more when they come.
@EventLoop
@Suite(.timeLimit(.minutes(30)))
struct LateAcknowledgementTests {
    private static let wave = 1_000

    @Test func `however many come too late, each is reported once and nothing stays behind`() async throws {
        let waves = SweepSize.of(quick: 50, full: 10_000, soak: 10_000)
        let conditions = NetworkConditions(latency: .milliseconds(100) ... .milliseconds(100))
        try await withSimulation(conditions: conditions) { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected()
            var timeouts = 0
            var byteCount = 0
            for number in 1...waves {
                let late = { (error: (any Error)?) in
                    if (error as? HarkError)?.code == .timeout { timeouts += 1 }
                }
                for index in 0..<Self.wave {
                    // Tasks take several times as long as calls back; both are waiters.
                    guard index.isMultiple(of: 10) else {
                        client.emit("n", number, ack: .within(.milliseconds(10))) { late($0) }
                        continue
                    }
                    EventLoop.task {
                        do { try await client.emit("n", number, ack: .within(.milliseconds(10))) } catch { late(error) }
                    }
                }
                simulation.run(for: .milliseconds(50))
                try #require(timeouts == number * Self.wave)
                try simulation.run { client.statistics.acknowledged == number * Self.wave }
                if number == waves / 5 { byteCount = try ResidentMemory.byteCount() }
            }
            #expect(client.statistics.inFlight == 0 && client.statistics.isBalanced)
            // 8 MiB: 10 000 000 waiters of one byte each would be more.
            #expect(try ResidentMemory.byteCount() - byteCount < 8 << 20)
        }
    }
}
