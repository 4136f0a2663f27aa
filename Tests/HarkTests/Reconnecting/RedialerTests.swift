import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct RedialerTests {
    // MARK: Delays

    @Test func `a client that never had a connection waits its retry delay, one that lost it its reconnect delay`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client {
                $0.reconnection.retryDelay = .fixed(.milliseconds(700))
                $0.reconnection.reconnectDelay = .fixed(.milliseconds(40))
            }
            var delays: [Duration] = []
            client.on(.backoff) { delays.append($0.delay) }
            await world.server.close()
            client.connect()
            try simulation.run { delays.count == 3 }
            #expect(delays == Array(repeating: .milliseconds(700), count: 3))
            let server = Server(options: world.server.options)
            try await server.listen(on: world.endpoint)
            try simulation.run { client.isConnected }
            delays = []
            try await simulation.run { await server.close() }
            try simulation.run { delays.count == 3 }
            #expect(delays == Array(repeating: .milliseconds(40), count: 3))
            try await simulation.run { await client.close() }
        }
    }

    @Test func `the time to the next attempt can be asked for, and is kept`() async throws {
        try await withSimulation { simulation in
            let log = DialLog(simulation)
            let world = try await World(simulation)
            let client = world.client {
                $0.reconnection.reconnectDelay = .backoff(from: .seconds(10))
                $0.environment.transport = log
            }
            var pause: Backoff?
            client.on(.backoff) { pause = $0 }
            #expect(client.nextAttempt == nil)
            client.connect()
            try simulation.run { client.isConnected }
            #expect(client.nextAttempt == nil)
            simulation.network.cutAll()
            try simulation.run { pause != nil }
            let lostAt = simulation.clock.now
            let delay = try #require(pause?.delay)
            #expect(delay <= .seconds(10) && client.nextAttempt == delay)
            simulation.clock.advance(by: .milliseconds(1))
            #expect(client.nextAttempt == delay - .milliseconds(1))
            try simulation.run { client.isConnected }
            #expect(client.nextAttempt == nil)
            #expect(.milliseconds(try #require(log.entries.last).moment - lostAt) == delay)
        }
    }

    @Test func `a server that accepts and closes at once is dialled less and less often`() async throws {
        try await withSimulation { simulation in
            let log = DialLog(simulation)
            let world = try await World(simulation)
            world.server.onConnection { peer in EventLoop.task { await peer.close() } }
            let client = world.client { $0.environment.transport = log }
            var attempts: [Int] = []
            client.on(.backoff) { attempts.append($0.attempt) }
            client.connect()
            simulation.run(for: .seconds(600))
            // The bound is 30 s, half of it is the mean; the first ten attempts come within the first minute.
            #expect((20...80).contains(log.entries.count), "\(log.entries.count)")
            #expect(attempts == Array(1...attempts.count))
            try await simulation.run { await client.close() }
        }
    }

    @Test(arguments: [false, true])
    func `only a connection that was stable makes the waits short again`(_ isStable: Bool) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client {
                $0.reconnection.reconnectDelay = .backoff(from: .milliseconds(50), upTo: .seconds(3_600))
                $0.reconnection.stableAfter = .seconds(20)
            }
            var attempts: [Int] = []
            client.on(.backoff) { attempts.append($0.attempt) }
            client.connect()
            for _ in 0..<5 {
                try simulation.run { client.isConnected }
                simulation.run(for: isStable ? .seconds(20) : .seconds(19))
                simulation.network.cutAll()
                try simulation.run { !client.isConnected }
            }
            #expect(attempts == (isStable ? [0, 0, 0, 0, 0] : [1, 2, 3, 4, 5]))
            try await simulation.run { await client.close() }
        }
    }

    @Test func `durations without end do not wrap`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let forever = Duration.seconds(Int64.max)
            let client = world.client {
                $0.reconnection.retryDelay = .fixed(forever)
                $0.reconnection.stableAfter = forever
                $0.timing.connect = forever
                $0.timing.handshake = forever
                $0.timing.close = forever
            }
            client.connect()
            try simulation.run { client.isConnected }
            try await simulation.run { await client.close() }
            #expect(client.isClosed)
        }
    }
}
