import Hark
import HarkTesting
import Testing

@EventLoop
struct AdoptedConnectionTests {
    @Test func `a connection that is not needed any more before it is there is closed`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let raw = try world.raw()
            let client = Client(over: raw.connection, options: simulation.clientOptions())
            simulation.start { await client.close() }
            simulation.run(for: .seconds(1))
            #expect(client.isClosed && simulation.network.cables.isEmpty)
        }
    }

    @Test func `a connection that never comes is given up in time`() async throws {
        final class Never: DialAttempt {
            var isCancelled = false
            nonisolated init() {}
            func cancel() { isCancelled = true }
        }
        try await withSimulation { simulation in
            let never = Never()
            var options = simulation.clientOptions()
            options.dialect = .streamitter
            let client = Client(over: { _ in never }, options: options)
            var codes: [HarkError.Code] = []
            client.on(.connectError) { codes.append($0.code) }
            simulation.run(for: .seconds(6))
            #expect(codes == [.timeout] && never.isCancelled)
        }
    }
}
