import Foundation
import Hark
import HarkTesting
import Testing

/// A server restarts, and all of its clients want to come back.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct StampedeTests {
    /// How many clients: `HARK_SWEEP` is unset while developing, `full` in a release, `soak` at night.
    private static var clientCount: Int {
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": 1_000
        case "soak": 10_000
        default: 200
        }
    }

    /// A crowd of clients that were connected at the same moment.
    @EventLoop
    private final class Crowd {
        let world: World
        let log: DialLog
        private(set) var clients: [Client] = []
        private(set) var server: Server
        private(set) var refusalCount = 0

        init(_ simulation: Simulation, _ reconnectDelay: RetryDelay) async throws {
            let count = StampedeTests.clientCount
            world = try await World(simulation) { $0.limits.peerCount = count }
            server = world.server
            log = DialLog(simulation)
            for _ in 0..<count {
                let client = world.client {
                    $0.environment.transport = log
                    $0.reconnection.reconnectDelay = reconnectDelay
                }
                clients.append(client)
                client.connect()
                simulation.run(for: .milliseconds(1))
            }
            try simulation.run { self.isComplete }
            simulation.run(for: .seconds(15))
        }

        var isComplete: Bool { clients.allSatisfy(\.isConnected) }

        /// The server is gone without a word.
        func crash() {
            let server = server
            world.simulation.start { await server.close() }
            world.simulation.network.cutAll()
        }

        func restart() async throws {
            server = Server(options: server.options)
            server.on(.error) { _ in self.refusalCount += 1 }
            try await server.listen(on: world.endpoint)
        }

        func close() async throws {
            for client in clients { world.simulation.start { await client.close() } }
            try world.simulation.run { self.clients.allSatisfy(\.isClosed) }
            let server = server
            try await world.simulation.run { await server.close() }
        }
    }

    /// The waits grow with the crowd, so that any number of clients makes the same number of attempts in 100 ms.
    private static func perClient(_ milliseconds: Int) -> Duration { .milliseconds(milliseconds * clientCount) }

    @Test func `after a long outage attempts are spread evenly, and all come back`() async throws {
        try await withSimulation { simulation in
            let longest = Self.perClient(30)
            let crowd = try await Crowd(simulation, .backoff(from: .milliseconds(100), upTo: longest))
            crowd.crash()
            simulation.run(for: longest)
            let settled = simulation.clock.now
            simulation.run(for: longest)
            try await crowd.restart()
            try simulation.run(within: longest * 2) { crowd.isComplete }
            // A wait is 15 ms per client in the mean: 100 ms see 6.7 attempts.
            #expect(crowd.log.peak(after: settled) <= 20, "\(crowd.log.peak(after: settled))")
            #expect(crowd.refusalCount == 0)
            try await crowd.close()
        }
    }

    @Test func `after a crash attempts are spread over the first wait`() async throws {
        try await withSimulation { simulation in
            let first = Self.perClient(10)
            let crowd = try await Crowd(simulation, .backoff(from: first, upTo: first * 3))
            let start = simulation.clock.now
            crowd.crash()
            simulation.run(for: .milliseconds(100))
            try await crowd.restart()
            try simulation.run(within: first * 6) { crowd.isComplete }
            // 10 ms per client: 100 ms see 10 attempts.
            #expect(crowd.log.peak(after: start) <= 30, "\(crowd.log.peak(after: start))")
            #expect(crowd.refusalCount == 0)
            try await crowd.close()
        }
    }

    @Test func `sent away politely, clients come back over as long again`() async throws {
        try await withSimulation { simulation in
            let away = min(Self.perClient(10), .seconds(60))
            let crowd = try await Crowd(simulation, .backoff(from: .milliseconds(100)))
            let start = simulation.clock.now
            let server = crowd.server
            try await simulation.run { await server.close(retryAfter: away) }
            try await crowd.restart()
            try simulation.run(within: away * 2 + .seconds(1)) { crowd.isComplete }
            let limit = max(30, 3 * Self.clientCount / Int(away / .milliseconds(100)))
            #expect(crowd.log.peak(after: start) <= limit, "\(crowd.log.peak(after: start))")
            #expect(crowd.log.entries.count == 2 * Self.clientCount && crowd.refusalCount == 0)
            try await crowd.close()
        }
    }

    @Test func `a crowd that comes back at once is admitted in the end`() async throws {
        try await withSimulation { simulation in
            let crowd = try await Crowd(simulation, .backoff(from: .milliseconds(100)))
            crowd.crash()
            try await simulation.run { try await crowd.restart() }
            try simulation.run(within: .seconds(60)) { crowd.isComplete }
            try await crowd.close()
        }
    }
}
