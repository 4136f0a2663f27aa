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

    // MARK: Giving up

    /// How to make a client give up, and after how many attempts at most.
    enum Limit: CaseIterable {
        case attempts, deadline, deadlineInAnAttempt, deadlineInAHandshake

        func apply(to reconnection: inout Reconnection) {
            switch self {
            case .attempts: reconnection.attemptsMax = 4
            case .deadline, .deadlineInAnAttempt, .deadlineInAHandshake: reconnection.deadline = .seconds(3)
            }
        }
    }

    @Test(arguments: Limit.allCases)
    func `giving up is told once, fails all who wait, and is not the end`(_ limit: Limit) async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let log = DialLog(simulation)
            let world = try await World(simulation) {
                if limit == .deadlineInAHandshake { $0.authorize = { _, _ in await gate.wait() } }
            }
            switch limit {
            case .attempts, .deadline: await world.server.close()
            case .deadlineInAnAttempt: simulation.network.partition()
            case .deadlineInAHandshake: break
            }
            let client = world.client {
                limit.apply(to: &$0.reconnection)
                $0.environment.transport = log
            }
            let life = Self.record(client)
            let failures = Self.wait(for: client, in: simulation)
            client.emit("kept", 1)
            client.connect()
            let start = simulation.clock.now
            try simulation.run { life.lines.contains("giveUp") }
            simulation.settle()
            #expect(failures.lines.sorted() == ["connected gaveUp", "drained gaveUp"])
            #expect(limit == .attempts ? log.entries.count == 4 : simulation.clock.now - start <= 3_000)
            #expect(life.lines.dropLast().last == "connectError")
            await #expect(throws: HarkError.self) { try await simulation.run { try await client.connected() } }
            await #expect(throws: HarkError.self) { try await simulation.run { try await client.drained() } }
            let refusal = await #expect(throws: HarkError.self) {
                try await simulation.run { let _: Bool = try await client.request("a") }
            }
            #expect(refusal?.code == .gaveUp && client.nextAttempt == nil && !client.isClosed)
            let dialCount = log.entries.count
            simulation.run(for: .seconds(600))
            #expect(log.entries.count == dialCount)
            #expect(life.lines.filter { $0 == "giveUp" }.count == 1 && life.lines.last == "giveUp")
            try await Self.connectAnew(client, world, gate)
        }
    }

    /// Heals what was broken, and starts again: what was emitted in between arrives.
    private static func connectAnew(_ client: Client, _ world: World, _ gate: Signal) async throws {
        let simulation = world.simulation
        var server = world.server
        gate.fire()
        simulation.network.heal()
        if server.isClosed {
            server = Server(options: server.options)
            try await server.listen(on: world.endpoint)
        }
        var heard: [Int] = []
        server.on("kept") { (n: Int) in heard.append(n) }
        #expect(client.emit("kept", 2) == .queued)
        client.connect()
        try await simulation.run { try await client.connected() }
        try await simulation.run { try await client.drained() }
        try simulation.run { heard == [0, 1, 2] }
        try await simulation.run { await client.close() }
        #expect(client.isClosed)
    }

    @Test func `a client that does not reconnect keeps its deadline too`() async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) { $0.authorize = { _, _ in await gate.wait() } }
            let client = world.client {
                $0.reconnects = false
                $0.reconnection.deadline = .seconds(2)
            }
            let life = Self.record(client)
            client.connect()
            try simulation.run(within: .seconds(2)) { client.isClosed }
            #expect(life.lines == ["connectError", "close"])
            simulation.run(for: .seconds(1))
            #expect(simulation.network.cables.isEmpty)
            gate.fire()
        }
    }

    @Test func `after a loss who waits for the queue is told when the client gives up`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected { $0.reconnection.attemptsMax = 1 }
            let life = Self.record(client)
            for cable in simulation.network.cables { cable.silence() }
            for _ in 0..<100 { client.emit("n", Bytes(repeatElement(1, count: 10_000))) }
            var errors: [HarkError.Code?] = []
            simulation.start {
                do { try await client.drained() } catch { errors.append((error as? HarkError)?.code) }
            }
            simulation.start {
                do { let _: Bool = try await client.request("a") } catch {
                    errors.append((error as? HarkError)?.code)
                }
            }
            simulation.settle()
            #expect(errors.isEmpty)
            simulation.network.cutAll()
            try simulation.run { errors.count == 2 }
            #expect(Set(errors) == [.disconnected, .gaveUp])
            #expect(life.lines == ["disconnect", "giveUp"])
            try await simulation.run { await client.close() }
        }
    }

    @Test(arguments: ["connectError", "giveUp"])
    func `a listener may start anew or close when told of the end`(_ moment: String) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            await world.server.close()
            let client = world.client { $0.reconnection.attemptsMax = 1 }
            var count = 0
            @EventLoop
            func again() {
                count += 1
                if count < 5 { client.connect() } else { EventLoop.task { await client.close() } }
            }
            if moment == "giveUp" {
                client.on(.giveUp) { _ in again() }
            } else {
                client.on(.connectError) { _ in again() }
            }
            client.connect()
            try simulation.run { client.isClosed }
            #expect(count == 5)
        }
    }

    @Test func `a client that has given up does not keep a program running`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            await world.server.close()
            weak var gone: Client?
            do {
                let client = world.client { $0.reconnection.attemptsMax = 2 }
                gone = client
                client.connect()
            }
            #expect(gone != nil)
            simulation.run(for: .seconds(60))
            #expect(gone == nil)
        }
    }

    // MARK: Being sent away

    @Test func `clients stay away as long as a closing server asks for, and come back one by one`() async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) {
                $0.authorize = { hello, _ in if hello.credentials == "slow" { await gate.wait() } }
            }
            let clients = (0..<20).map { number in
                world.client { $0.credentials = number < 3 ? "slow" : "quick" }
            }
            var delays: [Duration] = []
            for client in clients { client.on(.backoff) { delays.append($0.delay) } }
            for client in clients { client.connect() }
            try simulation.run { clients.filter(\.isConnected).count == 17 }
            try await simulation.run { await world.server.close(retryAfter: .seconds(20)) }
            try simulation.run { delays.count == 20 }
            #expect(delays.allSatisfy { .seconds(20) <= $0 && $0 <= .seconds(40) })
            #expect(Set(delays).count > 15)
            gate.fire()
            let server = Server(options: world.server.options)
            try await server.listen(on: world.endpoint)
            simulation.run(for: .seconds(19))
            #expect(server.peers.isEmpty)
            simulation.run(for: .seconds(22))
            #expect(server.peers.count == 20)
            for client in clients { try await simulation.run { await client.close() } }
        }
    }

    @Test func `a peer can be sent away alone`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (sentAway, peer) = try world.connected()
            let (other, _) = try world.connected()
            var delays: [Duration] = []
            for client in [sentAway, other] { client.on(.backoff) { delays.append($0.delay) } }
            try await simulation.run { await peer.close(retryAfter: .seconds(7)) }
            try simulation.run { delays.count == 1 }
            #expect(delays[0] >= .seconds(7) && other.isConnected)
            try simulation.run { sentAway.isConnected }
            #expect(delays.count == 1)
            for client in [sentAway, other] { try await simulation.run { await client.close() } }
        }
    }

    // MARK: Tools

    @EventLoop
    final class Journal {
        var lines: [String] = []
    }

    private static func record(_ client: Client) -> Journal {
        let journal = Journal()
        World.record(client) { journal.lines.append($0) }
        return journal
    }

    /// Has tasks wait for a connection and for an empty queue, and notes what they fail with.
    private static func wait(for client: Client, in simulation: Simulation) -> Journal {
        let journal = Journal()
        @EventLoop
        func note(_ name: String, _ wait: @escaping @EventLoop () async throws -> Void) {
            simulation.start {
                do { try await wait() } catch {
                    journal.lines.append("\(name) \((error as? HarkError)?.code.description ?? "")")
                }
            }
        }
        note("connected") { try await client.connected() }
        simulation.settle()
        client.emit("kept", 0)
        note("drained") { try await client.drained() }
        simulation.settle()
        return journal
    }
}
