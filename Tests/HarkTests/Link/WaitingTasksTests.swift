import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct WaitingTasksTests {
    /// Waits for a client in a task, and says how that ended.
    private func outcome(
        _ simulation: Simulation, cancelled: Bool, _ wait: @escaping @EventLoop () async throws -> Void
    ) throws -> String {
        var outcome: String?
        let task = EventLoop.task {
            do {
                try await wait()
                outcome = "done"
            } catch {
                outcome = (error as? HarkError).map { "\($0.code)" } ?? "\(error)"
            }
        }
        simulation.settle()
        if cancelled { task.cancel() }
        simulation.settle()
        try simulation.run(within: .seconds(1)) { outcome != nil }
        return outcome ?? "never"
    }

    @Test func `a task that waits for the connection goes on at once when it is cancelled`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            simulation.network.partition()
            let client = world.client()
            client.connect()
            let ended = try outcome(simulation, cancelled: true) { try await client.connected() }
            #expect(ended == "cancelled")
            // Another one still waits, and is told.
            var isConnected = false
            simulation.start {
                try? await client.connected()
                isConnected = client.isConnected
            }
            simulation.network.heal()
            try simulation.run { isConnected }
            try await simulation.run { await client.close() }
        }
    }

    @Test func `a first attempt that is cancelled leaves no client behind`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            simulation.network.partition()
            let endpoint = world.endpoint
            let options = world.client().options
            let ended = try outcome(simulation, cancelled: true) {
                _ = try await Client.connect(to: endpoint, options: options)
            }
            #expect(ended == "cancelled")
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(world.server.peers.isEmpty && simulation.network.cables.isEmpty)
        }
    }

    @Test func `a task that waits for room goes on at once when it is cancelled`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected()
            simulation.network.partition()
            client.emit("n", Bytes(repeatElement(0, count: 200_000)))
            simulation.settle()
            let ended = try outcome(simulation, cancelled: true) { try await client.drained() }
            #expect(ended == "cancelled")
            simulation.network.heal()
            var isDrained = false
            simulation.start {
                try? await client.drained()
                isDrained = true
            }
            try simulation.run { isDrained }
        }
    }
}
