import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct UhuraSessionTests {
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

    /// A client of bytes that offers a session.
    private func raw(_ world: World, _ id: String? = nil) throws -> RawPeer {
        let raw = try world.raw()
        try raw.send("[[\"_set\",{\(id.map { "\"sessionID\":\"\($0)\"" } ?? "")}],\(Self.start)".utf8)
        world.simulation.run(for: .seconds(1))
        return raw
    }

    @Test func `a session goes on over another connection`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("ping") { (number: Int) in heard.append(number) }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            try client.data.set("mine", 2)
            client.emit("ping", 1)
            simulation.run(for: .seconds(1))
            client.connection?.close()
            client.emit("ping", 2)
            peer.emit("pong", 1)
            try simulation.run { heard.count == 2 && client.isConnected }
            #expect(client.resumption == .resumed && world.server.peers.map(\.id) == [peer.id])
            client.emit("ping", 3)
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2, 3])
            #expect(client.statistics.acknowledged == 3 && peer.statistics.acknowledged == 1)
            close(world, client)
        }
    }

    @Test func `a session goes on in another client that sets its id`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (first, peer) = try world.connected { $0.dialect = .uhura }
            try first.data.set("name", "ada")
            simulation.run(for: .seconds(1))
            let saved = try #require(first.data.get("sessionID"))
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            peer.emit("meanwhile", 1)
            let second = world.client { $0.dialect = .uhura }
            var heard: [Int] = []
            second.on("meanwhile") { (n: Int) in heard.append(n) }
            try second.data.set("sessionID", saved.string ?? "")
            second.connect()
            simulation.run(for: .seconds(1))
            #expect(second.resumption == .resumed && second.peerID == peer.id)
            #expect(second.data.get("name") == "ada" && heard == [1])
            #expect(throws: HarkError.self) { try second.data.set("sessionID", "other") }
            close(world, first, second)
        }
    }

    @Test func `an id that the server does not know is not taken, and its holder gets a fresh one`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            for id in ["AAAAAAAAAAAAAAAAAAAAAAAA", "", "0000000000000001", String(repeating: "x", count: 10_000)] {
                let client = world.client { $0.dialect = .uhura }
                try client.data.set("sessionID", id)
                client.connect()
                simulation.run(for: .seconds(1))
                let given = try #require(client.data.get("sessionID")?.string)
                #expect(given != id && given.utf8.count == 24 && client.resumption == .new)
                #expect(world.server.peer(given) != nil)
                if given != id { #expect(world.server.peer(id) == nil) }
                close(client)
            }
            close(world)
        }
    }

    private func close(_ client: Client) { EventLoop.task { await client.close() } }

    @Test func `a client that is connected cannot change whose session it has`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (victim, peer) = try world.connected { $0.dialect = .uhura }
            try peer.data.set("secret", 1)
            let thief = try raw(world)
            let other = try #require(world.server.peers.first { $0 !== peer })
            for key in ["sessionID", "sid"] { try thief.send(",[\"_set\",\"\(key)\",\"\(peer.id)\"]".utf8) }
            try thief.send(",\(Self.start),[\"_set\",{\"sessionID\":\"\(peer.id)\"}]".utf8)
            simulation.run(for: .seconds(1))
            #expect(other.data.get("sessionID")?.string == other.id && world.server.peers.count == 2)
            #expect(victim.isConnected && !thief.text.contains("secret") && !thief.text.contains(peer.id))
            close(world, victim)
        }
    }

    @Test func `a second connection with a session's id closes the first`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let first = try raw(world)
            let peer = try #require(world.server.peers.first)
            try first.send(",{\"args\":[\"n\",1],\"id\":\"1\"}".utf8)
            simulation.run(for: .seconds(1))
            var heard: [Int] = []
            peer.on("n") { (n: Int) in heard.append(n) }
            let second = try raw(world, peer.id)
            #expect(world.server.peers.count == 1 && world.server.peers.first === peer)
            #expect(first.ended.count == 1 && second.ended.count == 0)
            // What the first one still says is for nobody.
            try? first.send(",{\"args\":[\"n\",2],\"id\":\"2\"}".utf8)
            try second.send(",{\"args\":[\"n\",1],\"id\":\"1\"},{\"args\":[\"n\",2],\"id\":\"2\"}".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == [2])
            #expect(second.text.contains("ack::1") && second.text.contains("ack::2"))
            close(world)
        }
    }

    @Test func `a session that is used while its second connection is let in keeps its account`() async throws {
        try await withSimulation { simulation in
            let decision = Signal()
            var isFirst = true
            let world = try await world(simulation) {
                $0.authorize = { _, _ in
                    if isFirst { isFirst = false } else { await decision.wait() }
                }
            }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            var errors: [HarkError] = []
            world.server.on(.error) { errors.append($0) }
            peer.emit("before")
            simulation.run(for: .seconds(1))
            let second = try raw(world, peer.id)
            for n in 0..<5 { peer.emit("during", n) }
            for n in 0..<3 { client.emit("there", n) }
            simulation.run(for: .seconds(1))
            #expect(peer.statistics.acknowledged == 6 && client.statistics.acknowledged == 3)
            decision.fire()
            peer.emit("after", 1)
            simulation.run(for: .seconds(1))
            #expect(errors.isEmpty && world.server.peers.count == 1)
            #expect(second.text.contains("[\"after\",1]") && !second.text.contains("during"))
            close(world, client)
        }
    }

    @Test func `sessions take no room that connections come and go`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.sessions.count = 1 }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            var count = 0
            client.on(.reconnect) { count += 1 }
            for n in 0..<20 {
                simulation.network.cutAll()
                try simulation.run { count == n + 1 }
                #expect(client.resumption == .resumed)
                simulation.run(for: .seconds(1))
            }
            #expect(world.server.peers.count == 1 && world.server.peers[0] === peer)
            close(world, client)
        }
    }

    @Test func `without sessions each connection is a new peer, and nothing is lost that waits`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.sessions = .none }
            let (client, first) = try world.connected { $0.dialect = .uhura }
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            client.autoReconnect()
            simulation.network.cutAll()
            for n in 0..<3 { client.emit("n", n) }
            simulation.run(for: .seconds(5))
            #expect(heard == [0, 1, 2] && client.statistics.acknowledged == 3)
            #expect(world.server.peers.count == 1 && world.server.peers[0] !== first)
            #expect(client.data.get("sessionID")?.string == world.server.peers[0].id)
            close(world, client)
        }
    }

    @Test func `after a restart of the server what waits arrives in order, and in a new session`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            try client.data.set("mine", 1)
            client.emit("n", 0)
            simulation.run(for: .seconds(1))
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
            for n in 1..<10 { client.emit("n", n) }
            try client.data.set("mine", 2)
            simulation.run(for: .seconds(60))
            var options = simulation.serverOptions()
            options.dialect = .uhura
            let again = Server(options: options)
            again.on("n") { (n: Int) in heard.append(n) }
            try await again.listen(on: world.endpoint)
            simulation.run(for: .seconds(120))
            #expect(heard == Array(0..<10) && client.statistics.acknowledged == 10)
            guard case .refused = client.resumption else {
                Issue.record("\(client.resumption)")
                return
            }
            #expect(client.peerID != peer.id && client.peerID == again.peers.first?.id)
            // The client brings its values along.
            #expect(again.peers.first?.data.get("mine") == 2)
            simulation.start { await client.close() }
            simulation.start { await again.close() }
            simulation.run(for: .seconds(10))
        }
    }

    @Test func `an invalidated session is forgotten on both sides, also by a client that was away`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            try client.data.set("mine", 1)
            simulation.run(for: .seconds(1))
            try await simulation.run { await peer.invalidateSession() }
            simulation.run(for: .seconds(5))
            #expect(client.isConnected && client.data.keys == ["sessionID"] && client.peerID != peer.id)
            let next = try #require(world.server.peers.first)
            simulation.network.partition()
            simulation.network.cutAll()
            try client.data.set("mine", 2)
            simulation.run(for: .seconds(5))
            try await simulation.run { await next.invalidateSession() }
            simulation.network.heal()
            simulation.run(for: .seconds(100))
            #expect(client.isConnected && client.data.get("mine") == nil && client.peerID != next.id)
            close(world, client)
        }
    }

    @Test func `what an invalidated client throws behind start is for nobody`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let first = try raw(world)
            let peer = try #require(world.server.peers.first)
            try await simulation.run { await peer.invalidateSession() }
            #expect(first.text.contains("{\"args\":[\"invalidateSession\"],\"id\":\""))
            var errors: [HarkError] = []
            var heard = 0
            world.server.on(.error) { errors.append($0) }
            world.server.on("n") { heard += 1 }
            let second = try world.raw()
            let early = "{\"args\":[\"n\"],\"id\":\"1\"}"
            try second.send("[[\"_set\",{\"sessionID\":\"\(peer.id)\"}],\(Self.start),\(early)".utf8)
            simulation.run(for: .seconds(2))
            #expect(second.text == "[\n[\"invalidateSession\"]" && second.ended.count == 1)
            second.connection.close()
            simulation.run(for: .seconds(30))
            #expect(heard == 0 && !errors.contains { $0.code == .protocolViolation })
            close(world)
        }
    }

    @Test func `a value set without a connection is told when there is one again`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            try client.data.set(["a": 1, "b": 1])
            client.emit("now known")
            simulation.run(for: .seconds(1))
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            try client.data.set("a", 2)
            try client.data.set("c", 2)
            try peer.data.set("b", 3)
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            #expect(client.resumption == .resumed)
            #expect(client.data.values == peer.data.values)
            #expect(peer.data.get("a") == 2 && peer.data.get("b") == 3 && peer.data.get("c") == 2)
            close(world, client)
        }
    }

    @Test func `events that the link had no time for when the connection broke come again`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in
                heard.append(n)
                // In the middle of what one read has brought.
                if n == 3 { client.reconnect() }
                if n == 5 || n == 7 { peer.connection?.close() }
            }
            for n in 0..<10 { client.emit("n", n) }
            simulation.run(for: .seconds(30))
            #expect(heard == Array(0..<10) && client.statistics.acknowledged == 10)
            close(world, client)
        }
    }

    @Test func `a server that turns out not to acknowledge fails those who wait for it`() async throws {
        try await withSimulation { simulation in
            var server: RawPeer?
            let acceptor = try simulation.network.listen(on: .unix("/old")) {
                server = (try? $0.get()).map(RawPeer.init)
            }
            var options = simulation.clientOptions()
            options.dialect = .uhura
            options.logger = World.silence
            let client = Client(to: .unix("/old"), options: options)
            var errors: [HarkError?] = []
            client.emit("order", 7, ack: .within(.seconds(50))) { errors.append($0) }
            client.connect()
            simulation.run(for: .seconds(1))
            try server?.send("[\n[\"_set\",\"sessionID\",\"x\"]\n,\n[\"connect\"]".utf8)
            simulation.run(for: .seconds(1))
            #expect(errors.map { $0?.code } == [.unsupported] && client.statistics.written == 1)
            #expect(server?.text.hasSuffix("[\"order\",7]") == true)
            acceptor.close()
            simulation.start { await client.close() }
            simulation.run(for: .seconds(60))
            #expect(errors.count == 1)
        }
    }

    @Test func `a client that comes back without acknowledgements fails those who wait for it`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let first = try raw(world)
            let peer = try #require(world.server.peers.first)
            first.connection.close()
            simulation.run(for: .seconds(1))
            var errors: [HarkError?] = []
            peer.emit("order", 7, ack: .within(.seconds(50))) { errors.append($0) }
            let second = try world.raw()
            try second.send("[[\"_set\",{\"sessionID\":\"\(peer.id)\"}],[\"start\",{}]".utf8)
            simulation.run(for: .seconds(1))
            #expect(second.text.hasSuffix("[\"order\",7]") && peer.resumption == .resumed)
            #expect(errors.map { $0?.code } == [.unsupported])
            close(world)
        }
    }

    @Test(arguments: [false, true])
    func `names that the link had no time for when the connection broke are known in the next one`(
        _ isAtServer: Bool
    ) async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            client.autoReconnect()
            let (sender, listener): (Emitter, Emitter) = isAtServer ? (client, peer) : (peer, client)
            var heard: [String] = []
            listener.on("a") { () in
                heard.append("a")
                guard heard.count == 1 else { return }
                if isAtServer { peer.connection?.close() } else { client.reconnect() }
            }
            listener.on("b") { () in heard.append("b") }
            // Neither has been heard of before, and one read brings both.
            sender.emit("a")
            sender.emit("b")
            simulation.run(for: .seconds(10))
            #expect(heard == ["a", "b"] && client.isConnected && sender.statistics.acknowledged == 2)
            close(world, client)
        }
    }
}
