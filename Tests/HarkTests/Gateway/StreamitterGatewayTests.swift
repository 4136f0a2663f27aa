import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct StreamitterGatewayTests {
    private func world(_ simulation: Simulation) async throws -> World {
        try await World(simulation) { $0.dialect = .streamitter }
    }

    @Test func `events travel both ways, in order`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            var answered: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected { $0.dialect = .streamitter }
            client.on("pong") { (number: Int) in answered.append(number) }
            for number in 1...100 { client.send("ping", number) }
            for number in 1...100 { peer.send("pong", number) }
            try simulation.run { heard.count == 100 && answered.count == 100 }
            #expect(heard == Array(1...100) && answered == Array(1...100))
            #expect(client.statistics.written == 100 && client.statistics.acknowledged == 0)
            simulation.start { await client.close() }
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
        }
    }

    @Test func `what is on the wire is a JSON stream`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let raw = try world.raw()
            simulation.run(for: .seconds(1))
            world.server.onConnection { _ in }
            let peer = try #require(world.server.peers.first)
            peer.send("a")
            simulation.run(for: .seconds(1))
            peer.send("b", 1)
            peer.send("c", Value.null, "x")
            simulation.run(for: .seconds(1))
            #expect(String(decoding: raw.bytes, as: UTF8.self) == "[\n[\"a\"]\n,\n[\"b\",1]\n,\n[\"c\",null,\"x\"]")
            var heard: [String] = []
            peer.onAny { heard.append("\($0.name) \((try? $0.arguments) ?? [])") }
            try raw.send("[\n[\"d\",true]\n,\n[\"e\"".utf8)
            simulation.run(for: .seconds(1))
            try raw.send("]".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == ["d [true]", "e []"])
        }
    }

    private func pair(_ simulation: Simulation) async throws -> (World, Client, Peer) {
        let world = try await world(simulation)
        let (client, peer) = try world.connected { $0.dialect = .streamitter }
        return (world, client, peer)
    }

    @Test func `emit reaches the other side, then the emitter's own listeners, and does not come back`() async throws {
        try await withSimulation { simulation in
            let (_, client, peer) = try await pair(simulation)
            var heard: [String] = []
            client.on("a") { (number: Int) in heard.append("client \(number)") }
            peer.on("a") { (number: Int) in heard.append("peer \(number)") }
            client.emit("a", 1)
            simulation.run(for: .seconds(1))
            #expect(heard == ["client 1", "peer 1"])
            peer.emit("a", 2)
            simulation.run(for: .seconds(1))
            #expect(heard == ["client 1", "peer 1", "peer 2", "client 2"])
            #expect(client.statistics.emitted == 1 && peer.statistics.emitted == 1)
        }
    }

    @Test func `localEmit stays here, and send does not`() async throws {
        try await withSimulation { simulation in
            let (_, client, peer) = try await pair(simulation)
            var heard: [String] = []
            client.onAny { heard.append("client \($0.name)") }
            peer.onAny { heard.append("peer \($0.name)") }
            client.localEmit("here")
            client.send("there")
            simulation.run(for: .seconds(1))
            #expect(heard == ["client here", "peer there"])
        }
    }

    @Test func `names that mean something elsewhere are ordinary events, and a Uhura handshake is none`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var life: [String] = []
            World.record(world.server) { life.append($0) }
            let raw = try world.raw()
            try simulation.run { world.server.peers.count == 1 }
            let peer = try #require(world.server.peers.first)
            World.record(peer) { life.append($0) }
            life = []
            var heard: [String] = []
            peer.onAny { heard.append($0.name) }
            try raw.send(
                "[[\"_set\",{}],[\"start\"],[\"connect\"],1,{},[\"error\"],[\"disconnect\"],[\"newListener\"]".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == ["error", "disconnect", "newListener"] && life.isEmpty)
        }
    }

    @Test func `fifteen messages that make no sense are passed over and told, the sixteenth closes`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var errors: [HarkError.Code] = []
            var lost: [HarkError.Code] = []
            var heard = 0
            world.server.on("a") { heard += 1 }
            world.server.on(.error) { errors.append($0.code) }
            world.server.onConnection { peer in peer.on(.disconnect) { lost.append($0.code) } }
            let raw = try world.raw()
            try raw.send("[\n[\"a\"]".utf8)
            for _ in 0..<15 { try raw.send("\n,\n[\"a\",1e999]\n,\n[\"a\"]".utf8) }
            simulation.run(for: .seconds(5))
            #expect(heard == 16 && errors == Array(repeating: .decode, count: 15) && lost.isEmpty)
            try raw.send("\n,\n[\"a\"]\n,\n[\"a\",1e999]\n,\n[\"a\"]".utf8)
            simulation.run(for: .seconds(5))
            #expect(heard == 17 && lost == [.protocolViolation] && raw.ended.count == 1)
        }
    }

    @Test func `what is emitted while disconnected waits up to the limit, and goes in order`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("a") { (number: Int, _: String) in heard.append(number) }
            let client = world.client {
                $0.dialect = .streamitter
                $0.limits.queueByteCount = 10_000
            }
            let text = String(repeating: "x", count: 980)
            let results = (0..<20).map { client.send("a", $0, text) }
            let keptCount = results.count { $0 == .queued }
            #expect(keptCount > 5 && keptCount < 15 && results.last == .dropped(.queueFull))
            client.connect()
            try simulation.run { heard.count == keptCount }
            simulation.run(for: .seconds(5))
            #expect(heard == Array(0..<keptCount))
            #expect(client.statistics.dropped[.queueFull] == 20 - keptCount)
        }
    }

    @Test func `a client connects again when it is told to, at once or whenever it must`() async throws {
        try await withSimulation { simulation in
            let (world, client, _) = try await pair(simulation)
            var heard: [Int] = []
            world.server.on("a") { (number: Int) in heard.append(number) }
            client.connection?.close()
            client.send("a", 1)
            simulation.run(for: .seconds(600))
            #expect(!client.isConnected && heard.isEmpty)
            client.reconnect()
            try simulation.run { heard == [1] }
            // By force: the connection there is is dropped.
            client.reconnect()
            #expect(!client.isConnected)
            try simulation.run { client.isConnected }
            client.autoReconnect()
            for number in 2...4 {
                client.connection?.close()
                client.send("a", number)
                try simulation.run { heard.last == number }
            }
            #expect(heard == [1, 2, 3, 4])
        }
    }

    @Test func `the waits between attempts grow from 100 ms to a minute`() async throws {
        try await withSimulation { simulation in
            var options = simulation.clientOptions()
            options.dialect = .streamitter
            let client = Client(to: .tcp(port: 1), options: options)
            var delays: [Duration] = []
            client.on(.backoff) { delays.append($0.delay) }
            client.autoReconnect()
            client.connect()
            simulation.run(for: .seconds(3_600))
            for (attempt, delay) in delays.prefix(12).enumerated() {
                #expect(delay <= min(.seconds(60), .milliseconds(100 << attempt)))
            }
            #expect(delays.count > 50 && delays.max() ?? .zero > .seconds(50))
        }
    }

    @Test func `disconnect ends it for good, after what was emitted before`() async throws {
        try await withSimulation { simulation in
            let (world, client, _) = try await pair(simulation)
            var heard: [Int] = []
            world.server.on("a") { (number: Int) in heard.append(number) }
            client.autoReconnect()
            for number in 1...100 { client.send("a", number) }
            try await simulation.run { await client.disconnect() }
            simulation.run(for: .seconds(600))
            #expect(heard == Array(1...100) && !client.isConnected && world.server.peers.isEmpty)
        }
    }

    @Test func `two sides that answer each other for ever are told of by name, and others are still heard`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.dialect = .streamitter
                $0.limits.stormRate = 500
            }
            let (client, peer) = try world.connected {
                $0.dialect = .streamitter
                $0.limits.stormRate = 500
            }
            peer.on("ping") { peer.emit("response") }
            let rally = client.on("response") { client.emit("ping") }
            var storms: [Storm] = []
            client.on(.storm) { storms.append($0) }
            var heard = 0
            world.server.on("other") { heard += 1 }
            for _ in 0..<20 { client.emit("ping") }
            simulation.run(for: .seconds(3))
            #expect(storms.map(\.heard) == ["response"] && storms.map(\.answer) == ["ping"])
            client.emit("other")
            simulation.run(for: .milliseconds(100))
            #expect(heard == 1)
            rally.cancel()
            simulation.run(for: .seconds(1))
        }
    }
}
