import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct UhuraGatewayTests {
    private static let start = "[\"start\",{\"objectMode\":true,\"enableAcks\":true}]"

    private func world(
        _ simulation: Simulation, _ configure: (inout Server.Options) -> Void = { _ in }
    ) async throws -> World {
        try await World(simulation) {
            $0.dialect = .uhura
            configure(&$0)
        }
    }

    private func close(_ world: World, _ clients: Client...) {
        for client in clients { world.simulation.start { await client.close() } }
        world.simulation.start { await world.server.close() }
        world.simulation.run(for: .seconds(30))
    }

    @Test func `events travel both ways and are acknowledged`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            for number in 1...100 { client.emit("ping", number) }
            for number in 1...50 { peer.emit("pong", number) }
            try simulation.run { heard.count == 100 && client.statistics.acknowledged == 100 }
            #expect(heard == Array(1...100))
            simulation.run(for: .seconds(1))
            #expect(peer.statistics.acknowledged == 50)
            #expect(client.data.get("sessionID")?.string == peer.id && peer.id.utf8.count == 24)
            #expect(world.server.peer(peer.id) === peer && client.peerID == peer.id)
            try await simulation.run { try await client.emit("ping", 101, ack: .within(.seconds(1))) }
            try client.data.set("user", "ada")
            simulation.run(for: .seconds(1))
            #expect(peer.data.get("user") == "ada")
            close(world, client)
        }
    }

    @Test func `an event is acknowledged when its listeners have returned, not when it has arrived`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var pending: [PendingAcknowledgement] = []
            world.server.on("work") { (event: Event) in pending.append(event.deferAcknowledgement()) }
            let raw = try world.raw()
            try raw.send("[\(Self.start),{\"args\":[\"work\"],\"id\":\"1\"}".utf8)
            simulation.run(for: .seconds(60))
            #expect(pending.count == 1 && !raw.text.contains("ack::"))
            pending[0].acknowledge()
            simulation.run(for: .seconds(1))
            #expect(raw.text.hasSuffix("\n,\n{\"args\":[\"ack::1\"]}"))
            close(world)
        }
    }

    @Test(arguments: [(false, true), (true, false), (false, false)])
    func `without acknowledgements events travel all the same, and nobody can wait for one`(
        _ objects: Bool, _ acknowledgements: Bool
    ) async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected {
                $0.dialect = .uhura(objectMode: objects, acknowledgements: acknowledgements)
            }
            for number in 1...5 { client.emit("ping", number) }
            peer.emit("pong", 1)
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2, 3, 4, 5])
            #expect(client.statistics.written == 5 && client.statistics.acknowledged == 0)
            #expect(peer.statistics.written == 1)
            var errors: [HarkError?] = []
            client.emit("ping", 6, ack: .within(.seconds(1))) { errors.append($0) }
            peer.emit("pong", 6, ack: .within(.seconds(1))) { errors.append($0) }
            simulation.run(for: .seconds(2))
            #expect(errors.map { $0?.code } == [.unsupported, .unsupported])
            close(world, client)
        }
    }

    @Test func `names of the protocol cannot be emitted, nor heard as anything but events`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var log: [String] = []
            World.record(world.server) { log.append("server \($0)") }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            World.record(peer) { log.append("peer \($0)") }
            let names = [
                "_set", "start", "connect", "invalidateSession", "disconnect", "error", "newListener", "ack::1",
            ]
            for name in names {
                #expect(client.emit(name) == .dropped(.reservedName), "\(name)")
                #expect(peer.send(name, 1) == .dropped(.reservedName), "\(name)")
            }
            var heard: [String] = []
            world.server.onAny { heard.append($0.name) }
            let raw = try world.raw()
            let events = ["disconnect", "error", "newListener", "close", "reconnect", "stop", "message"]
            try raw.send("[\(Self.start)\(events.map { ",[\"\($0)\"]" }.joined())".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == events)
            // Beside what this side has refused itself.
            #expect(log.filter { !$0.contains("error") } == ["server connection", "server connection"])
            #expect(log.count == 3)
            close(world, client)
        }
    }

    @Test func `numbers are read exactly`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Value] = []
            world.server.on("n") { (event: Event) in heard = (try? event.arguments) ?? [] }
            let raw = try world.raw()
            try raw.send("[\(Self.start),[\"n\",0.3,9007199254740991,5e-324,-0,1e21]".utf8)
            simulation.run(for: .seconds(1))
            #expect(
                heard == [
                    .double(0.3), .int(9_007_199_254_740_991), .double(.leastNonzeroMagnitude), .double(-0.0),
                    .double(1e21),
                ])
            guard heard.count == 5, case .double(let zero) = heard[3] else { return }
            #expect(zero.sign == .minus)
            close(world)
        }
    }

    // MARK: Values

    @Test func `several values are one message, with the null of the original's`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let raw = try world.raw()
            try raw.send("[\(Self.start)".utf8)
            simulation.run(for: .seconds(1))
            let peer = try #require(world.server.peers.first)
            try peer.data.set("key", "value")
            try peer.data.set(["a": 1, "b": [2]])
            try peer.data.set("a", 2)
            simulation.run(for: .seconds(1))
            let sets = "[\"_set\",\"key\",\"value\"]\n,\n[\"_set\",{\"a\":1,\"b\":[2]},null]\n,\n[\"_set\",\"a\",2]"
            #expect(raw.text.hasSuffix("\n,\n" + sets))
            #expect(peer.data.values == ["a": 2, "b": [2], "key": "value", "sessionID": .string(peer.id)])
            close(world)
        }
    }

    @Test func `values that are too much for one message are several`() async throws {
        try await withSimulation { simulation in
            simulation.network.conditions.bufferByteCount = 1 << 20
            let world = try await world(simulation) { $0.limits.dataByteCount = 60 << 20 }
            var errors: [HarkError.Code] = []
            world.server.on(.error) { errors.append($0.code) }
            let raw = try world.raw()
            try raw.send("[\(Self.start)".utf8)
            simulation.run(for: .seconds(1))
            let before = raw.bytes.count
            let long = String(repeating: "x", count: 6 << 20)
            let endless = Value.string(String(repeating: "x", count: 17 << 20))
            try world.server.peers.first?.data.set([
                "a": .string(long), "e": endless, "b": .string(long), "c": .string(long),
            ])
            simulation.run(for: .seconds(10))
            let envelopes = "\n,\n[\"_set\",{\"a\":\"\",\"b\":\"\"},null]\n,\n[\"_set\",{\"c\":\"\"},null]"
            #expect(raw.bytes.count - before == 3 * long.utf8.count + envelopes.utf8.count)
            #expect(errors == [.limit] && world.server.peers.count == 1)
            close(world)
        }
    }

    @Test func `what either side sets the other is told, with each key`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            var changes: [String] = []
            client.on(.dataChange) { changes.append("client \($0.key)") }
            peer.on(.dataChange) { changes.append("peer \($0.key)") }
            try client.data.set(["a": 1, "b": ["c": nil]])
            simulation.run(for: .seconds(1))
            try peer.data.set("d", true)
            simulation.run(for: .seconds(1))
            #expect(changes == ["peer a", "peer b", "client d"])
            #expect(peer.data.get("b") == ["c": nil] && client.data.get("d") == true)
            #expect(throws: HarkError.self) { try client.data.remove("a") }
            close(world, client)
        }
    }

    @Test func `all values are set or none`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.limits.dataByteCount = 200 }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            let long = Value.string(String(repeating: "x", count: 200))
            #expect(throws: HarkError.self) { try peer.data.set(["a": 1, "b": long]) }
            #expect(throws: HarkError.self) { try peer.data.set(["a": 1, "cookie": 2]) }
            #expect(peer.data.keys == ["sessionID"])
            try peer.data.set(["a": 1])
            simulation.run(for: .seconds(1))
            #expect(client.data.get("a") == 1)
            close(world, client)
        }
    }

    @Test func `what is set while a client is let in arrives, after the session's id and before the events`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            world.server.onConnection { peer in
                try? peer.data.set("role", "guest")
                peer.emit("hello")
            }
            let client = world.client { $0.dialect = .uhura }
            try client.data.set("name", "ada")
            var seen: [Value?] = []
            client.on("hello") { seen = [client.data.get("role"), client.data.get("name")] }
            client.connect()
            simulation.run(for: .seconds(1))
            #expect(seen == ["guest", "ada"])
            let peer = try #require(world.server.peers.first)
            #expect(peer.data.values == client.data.values)
            close(world, client)
        }
    }

    @Test func `cookie and prototype never leave, and never come in`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            for key in ["cookie", "__proto__"] {
                #expect(throws: HarkError.self) { try client.data.set(key, 1) }
                #expect(throws: HarkError.self) { try peer.data.set([key: 1]) }
            }
            let raw = try world.raw()
            let set = "[\"_set\",{\"cookie\":null,\"__proto__\":{\"a\":1},\"mine\":2}]"
            try raw.send("[\(set),\(Self.start),\(set),[\"_set\",\"cookie\",null]".utf8)
            simulation.run(for: .seconds(1))
            let other = try #require(world.server.peers.first { $0 !== peer })
            #expect(other.data.keys == ["mine", "sessionID"])
            close(world, client)
        }
    }

    // MARK: Connecting

    @Test func `what arrives while the application decides is heard after it has let the client in`() async throws {
        try await withSimulation { simulation in
            let decision = Signal()
            let world = try await world(simulation) { $0.authorize = { _, _ in await decision.wait() } }
            var heard: [Int] = []
            world.server.onConnection { peer in peer.on("early") { (n: Int) in heard.append(n) } }
            let raw = try world.raw()
            try raw.send(
                "[[\"_set\",{}],\(Self.start),[\"early\",1],[\"_set\",\"k\",1],{\"args\":[\"early\",2],\"id\":\"2\"}"
                    .utf8)
            simulation.run(for: .milliseconds(500))
            try raw.send(",[\"early\",3]".utf8)
            simulation.run(for: .milliseconds(400))
            #expect(heard.isEmpty && raw.text.isEmpty)
            decision.fire()
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2, 3] && world.server.peers.first?.data.get("k") == 1)
            #expect(raw.text.hasSuffix("\n,\n{\"args\":[\"ack::2\"]}"))
            close(world)
        }
    }

    @Test func `a client that is not let in is told nothing and gets no session`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) {
                $0.authorize = { _, _ in throw HarkError(.handshake, "nobody") }
            }
            let client = world.client { $0.dialect = .uhura }
            var errors = 0
            client.on(.connectError) { _ in errors += 1 }
            client.connect()
            client.emit("early")
            simulation.run(for: .seconds(10))
            #expect(errors == 1 && !client.isConnected && world.server.peers.isEmpty)
            #expect(client.data.get("sessionID") == nil)
            close(world, client)
        }
    }

    @Test func `a client connects again when told to, and by itself only after autoReconnect`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            simulation.network.cutAll()
            simulation.run(for: .seconds(100))
            #expect(!client.isConnected)
            client.reconnect()
            simulation.run(for: .seconds(1))
            #expect(client.isConnected && client.resumption == .resumed && peer.resumption == .resumed)
            client.autoReconnect()
            simulation.network.cutAll()
            simulation.run(for: .seconds(5))
            #expect(client.isConnected)
            close(world, client)
        }
    }

    @Test func `attempts that end before the server's connect do not bring the waits back to the first`() async throws {
        try await withSimulation { simulation in
            var count = 0
            let acceptor = try simulation.network.listen(on: .unix("/doomed")) { result in
                count += 1
                if let connection = try? result.get() { connection.close() }
            }
            var options = simulation.clientOptions()
            options.dialect = .uhura
            options.logger = World.silence
            let client = Client(to: .unix("/doomed"), options: options)
            for n in 0..<10 { client.emit("event", n) }
            client.autoReconnect()
            client.connect()
            simulation.run(for: .seconds(600))
            // The original makes 240 attempts a second.
            #expect(count > 5 && count < 60)
            acceptor.close()
            // And none of the events is lost by it.
            let server = Server(
                options: {
                    var options = simulation.serverOptions()
                    options.dialect = .uhura
                    return options
                }())
            var heard: [Int] = []
            server.on("event") { (n: Int) in heard.append(n) }
            try await server.listen(on: .unix("/doomed"))
            simulation.run(for: .seconds(200))
            #expect(heard == Array(0..<10))
            simulation.start { await client.close() }
            simulation.start { await server.close() }
            simulation.run(for: .seconds(10))
        }
    }

    @Test func `disconnect sends what waits first, and connect goes on with the session`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var byteCount = 0
            world.server.on("load") { (text: String) in byteCount += text.utf8.count }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            for _ in 0..<16 { client.emit("load", String(repeating: "x", count: 1 << 16)) }
            try await simulation.run { await client.disconnect() }
            simulation.run(for: .seconds(1))
            #expect(byteCount == 1 << 20 && !client.isConnected)
            client.emit("load", "more")
            peer.emit("meanwhile")
            var heard = 0
            client.on("meanwhile") { heard += 1 }
            client.connect()
            simulation.run(for: .seconds(1))
            #expect(client.resumption == .resumed && byteCount == (1 << 20) + 4)
            #expect(heard == 1 && world.server.peers.count == 1 && world.server.peers[0] === peer)
            close(world, client)
        }
    }
}

extension RawPeer {
    /// What has arrived.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
