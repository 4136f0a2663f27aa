import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ClientTests {
    @Test(arguments: Wire.allCases)
    func `an event reaches the server and its answer the client`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var heard: [Int] = []
            pair.server.on("ping") { (n: Int) in pair.server.emit("pong", n + 1) }
            pair.client.on("pong") { (n: Int) in heard.append(n) }
            for n in 1...100 { pair.client.emit("ping", n) }
            try await pair.sync()
            #expect(heard == (2...101).map { $0 })
        }
    }

    // MARK: Reconnecting

    @Test func `a lost connection is made again and its life is told in order`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client()
            var life: [String] = []
            World.record(client) { life.append($0) }
            client.connect()
            client.connect()
            try simulation.run { client.isConnected }
            simulation.network.cutAll()
            try simulation.run { life.contains("reconnect") }
            try await simulation.run { await client.close() }
            #expect(life == ["connect", "disconnect", "backoff", "connect", "reconnect", "close"])
        }
    }

    @Test func `attempts that fail are further and further apart, up to the longest pause`() async throws {
        try await withSimulation { simulation in
            var options = simulation.clientOptions()
            options.logger = World.silence
            let client = Client(to: .tcp(port: 1), options: options)
            var pauses: [Backoff] = []
            var errors: [HarkError.Code] = []
            client.on(.backoff) { pauses.append($0) }
            client.on(.connectError) { errors.append($0.code) }
            client.connect()
            try simulation.run { pauses.count == 30 }
            #expect(pauses.map(\.attempt) == (1...30).map { $0 })
            for (index, pause) in pauses.enumerated() {
                let longest = min(30_000, 1_000 << min(index, 20))
                #expect(pause.delay >= .zero && pause.delay <= .milliseconds(longest))
            }
            #expect(Set(pauses.suffix(10).map(\.delay)).count > 5)
            #expect(errors == Array(repeating: .connect, count: 30))
            try await simulation.run { await client.close() }
        }
    }

    @Test func `what is emitted offline arrives once, in order, when there is a connection`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            let client = world.client()
            for n in 0..<10 { #expect(client.emit("n", n) == .queued) }
            client.connect()
            try simulation.run { heard.count == 10 }
            simulation.network.cutAll()
            simulation.settle()
            try simulation.run { !client.isConnected }
            for n in 10..<20 { #expect(client.emit("n", n) == .queued) }
            try simulation.run { heard.count == 20 }
            simulation.run(for: .seconds(60))
            #expect(heard == (0..<20).map { $0 })
        }
    }

    @Test func `an attempt that nobody answers ends with its deadline`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            simulation.network.partition()
            let client = world.client { $0.timing.connect = .seconds(3) }
            var errors: [HarkError.Code] = []
            client.on(.connectError) { errors.append($0.code) }
            let start = simulation.clock.now
            client.connect()
            try simulation.run { errors.count == 1 }
            #expect(errors == [.timeout] && simulation.clock.now - start == 3_000)
            simulation.network.heal()
            try simulation.run { client.isConnected }
        }
    }

    @Test(arguments: Wire.sockets)
    func `nobody there is an error of the first attempt`(_ wire: Wire) async throws {
        try await SocketPath.with { path in
            var endpoint = Endpoint.unix(path)
            if wire == .tcp {
                let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0))
                endpoint = server.endpoints[0]
                await server.close()
            }
            let error = await #expect(throws: HarkError.self) { try await Client.connect(to: endpoint) }
            #expect(error?.code == .connect)
        }
    }

    @Test func `a client that does not reconnect gives up and is closed`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected { $0.reconnects = false }
            var life: [String] = []
            World.record(client) { life.append($0) }
            simulation.network.cutAll()
            try simulation.run { client.isClosed }
            #expect(life == ["disconnect", "close"])
            await #expect(throws: HarkError.self) { try await client.connected() }
        }
    }

    // MARK: Closing

    @Test(arguments: Wire.allCases)
    func `what was emitted before closing is sent`(_ wire: Wire) async throws {
        var options = PairOptions()
        options.clientTiming.close = .seconds(600)
        try await withPair(wire, options) { pair in
            var heard: [Int] = []
            let gone = Signal()
            pair.server.on("n") { (n: Int) in heard.append(n) }
            pair.peer.on(.close) { gone.fire() }
            for n in 0..<1_000 { pair.client.emit("n", n) }
            try await pair.run { await pair.client.close() }
            try await pair.run { await gone.wait() }
            #expect(heard == (0..<1_000).map { $0 })
        }
    }

    @Test(arguments: [.simulated, .tcp, .unix] as [Wire])
    func `closing sends more than the window holds`(_ wire: Wire) async throws {
        var options = PairOptions()
        options.clientTiming.close = .seconds(600)
        try await withPair(wire, options) { pair in
            var heard = 0
            let gone = Signal()
            let payload = Bytes(repeatElement(7, count: 60_000))
            pair.server.on("n") { (_: Bytes) in heard += 1 }
            pair.peer.on(.close) { gone.fire() }
            for _ in 0..<100 { pair.client.emit("n", payload) }
            try await pair.run { await pair.client.close() }
            try await pair.run { await gone.wait() }
            #expect(heard == 100)
        }
    }

    @Test(arguments: Wire.sockets)
    func `what another thread emits before it closes is sent`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var heard: [Int] = []
            let gone = Signal()
            pair.server.on("n") { (n: Int) in heard.append(n) }
            pair.peer.on(.close) { gone.fire() }
            let client = pair.client
            let late = await Task.detached {
                for n in 0..<1_000 { client.emit("n", n) }
                await client.close()
                return client.emit("n", -1)
            }.value
            await gone.wait()
            #expect(heard == (0..<1_000).map { $0 })
            #expect(late == .queued || late == .dropped(.closed))
        }
    }

    @Test func `after closing events are dropped, counted and reported once`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, peer) = try world.connected()
            var closes = 0
            client.on(.close) { closes += 1 }
            try await simulation.run {
                await client.close()
                await client.close()
            }
            simulation.run(for: .seconds(1))
            #expect(closes == 1 && peer.isClosed)
            let key = EventKey<Int>("n")
            for n in 0..<5 {
                #expect(client.emit("n", n) == .dropped(.closed))
                #expect(client.emit(key, n) == .dropped(.closed))
            }
            #expect(peer.emit("n", 1) == .dropped(.closed))
            await #expect(throws: HarkError.self) { try await client.drained() }
            await #expect(throws: HarkError.self) { try await client.connected() }
            client.connect()
            simulation.run(for: .seconds(60))
            #expect(!client.isConnected && world.server.peers.isEmpty)
        }
    }

    @Test(arguments: ["connecting", "handshake", "backing off", "before the start"])
    func `closing works in every state`(_ state: String) async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) { $0.authorize = { _, _ in await gate.wait() } }
            let client = world.client()
            var life: [String] = []
            World.record(client) { life.append($0) }
            let waiting = Signal()
            if state != "before the start" {
                simulation.start {
                    do { try await client.connected() } catch { waiting.fire() }
                }
                client.connect()
            }
            switch state {
            case "connecting": simulation.settle()
            case "handshake": simulation.run(for: .seconds(1))
            default:
                simulation.network.partition()
                if state == "backing off" { try simulation.run { life.contains("backoff") } }
            }
            let start = simulation.clock.now
            try await simulation.run { await client.close() }
            #expect(simulation.clock.now - start <= 5_050)
            #expect(life.last == "close" && !life.contains("connect"))
            simulation.settle()
            #expect(waiting.count == (state == "before the start" ? 0 : 1))
            gate.fire()
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(life.last == "close" && world.server.peers.isEmpty)
        }
    }

    @Test func `a listener may close its own emitter`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [Int] = []
            let closed = Signal()
            pair.peer.on("n") { (n: Int) in
                heard.append(n)
                if n == 1 {
                    EventLoop.task {
                        await pair.peer.close()
                        closed.fire()
                    }
                }
            }
            for n in 0..<3 { pair.client.emit("n", n) }
            try await pair.run { await closed.wait() }
            try await pair.run { try await pair.client.connected() }
            #expect(heard.starts(with: [0, 1]))
        }
    }

    @Test func `closing does not wait for ever for who does not answer`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected { $0.timing.close = .seconds(2) }
            for cable in simulation.network.cables { cable.silence() }
            let start = simulation.clock.now
            try await simulation.run { await client.close() }
            #expect(simulation.clock.now - start <= 2_050)
        }
    }

    @Test(arguments: [false, true])
    func `who connects while closing does not undo it`(_ isReachable: Bool) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected { $0.timing.close = .seconds(2) }
            for cable in simulation.network.cables { cable.silence() }
            simulation.start { await client.close() }
            simulation.run(for: .seconds(1))
            if !isReachable { simulation.network.partition() }
            client.connect()
            try simulation.run { client.isClosed }
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(!client.isConnected && world.server.peers.isEmpty)
            #expect(simulation.network.cables.isEmpty)
        }
    }

    @Test func `closing for a second time waits for the first and cuts nothing short`() async throws {
        try await withSimulation(conditions: .narrow) { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected { $0.timing.close = .seconds(600) }
            var heard = 0
            world.server.on("n") { (_: Bytes) in heard += 1 }
            for _ in 0..<10 { client.emit("n", Bytes(repeatElement(1, count: 2_000))) }
            simulation.start { await client.close() }
            simulation.run(for: .milliseconds(1))
            try await simulation.run { await client.close() }
            #expect(client.isClosed)
            simulation.run(for: .seconds(60))
            #expect(heard == 10)
        }
    }
}
