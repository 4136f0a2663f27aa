import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct RecogniserTests {
    private static let uhuraGreeting = Array(
        "[\n[\"_set\",{}]\n,\n[\"start\",{\"objectMode\":true,\"enableAcks\":true}]".utf8)
    private static let streamitterGreeting = Array("[\n[\"hello\",1]".utf8)

    private func world(
        _ simulation: Simulation, _ dialects: [Dialect] = [.native, .uhura, .streamitter],
        _ configure: (inout Server.Options) -> Void = { _ in }
    ) async throws -> World {
        try await World(simulation) {
            $0.dialects = dialects
            configure(&$0)
        }
    }

    @Test func `clients of three dialects share a port, and what is broadcast reaches all`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var asked: [String] = []
            world.server.onConnection { peer in peer.on("ask") { asked.append(peer.dialect.description) } }
            var heard: [String] = []
            var clients: [Client] = []
            for dialect in [Dialect.native, .uhura, .streamitter] {
                let client = world.client { $0.dialect = dialect }
                client.on("news") { (number: Int) in heard.append("\(dialect) \(number)") }
                client.connect()
                clients.append(client)
            }
            try simulation.run { world.server.peers.count == 3 && clients.allSatisfy(\.isConnected) }
            world.server.broadcast("news", 7)
            for client in clients { client.send("ask") }
            try simulation.run { heard.count == 3 && asked.count == 3 }
            #expect(heard.sorted() == ["native 7", "streamitter 7", "uhura 7"])
            #expect(asked.sorted() == ["native", "streamitter", "uhura"])
            #expect(world.server.unrecognisedCount == 0)
        }
    }

    @Test(arguments: Wire.sockets)
    func `clients of three dialects share a socket`(_ wire: Wire) async throws {
        try await SocketPath.with { path in
            var options = Server.Options()
            options.logger = World.silence
            options.dialects = [.native, .uhura, .streamitter]
            let endpoint = wire == .unix ? Endpoint.unix(path) : .tcp("127.0.0.1", port: 0)
            let server = try await Server.listen(on: endpoint, options: options)
            let arrived = Signal()
            let heard = Signal()
            server.onConnection { _ in arrived.fire() }
            var clients: [Client] = []
            for dialect in options.dialects {
                var options = Client.Options()
                options.dialect = dialect
                let client = try await Client.connect(to: server.endpoints[0], options: options)
                client.on("news") { heard.fire() }
                clients.append(client)
            }
            await arrived.wait(for: 3)
            server.broadcast("news")
            await heard.wait(for: 3)
            for client in clients { await client.close() }
            await server.close()
        }
    }

    @Test func `a greeting is recognised wherever it is cut in two or arrives byte by byte`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let native = try world.hello { $0.dialect = .native }
            for (greeting, dialect) in [
                (native, Dialect.native), (Self.uhuraGreeting, .uhura), (Self.streamitterGreeting, .streamitter),
            ] {
                for cut in 1..<greeting.count {
                    try await greet(world, [greeting[..<cut], greeting[cut...]], dialect)
                }
                try await greet(world, greeting.indices.map { greeting[$0...$0] }, dialect)
            }
            #expect(world.server.unrecognisedCount == 0)
        }
    }

    private func greet(_ world: World, _ parts: [ArraySlice<UInt8>], _ dialect: Dialect) async throws {
        let raw = try world.raw()
        for part in parts {
            try raw.send(part)
            world.simulation.run(for: .milliseconds(20))
        }
        #expect(world.server.peers.map(\.dialect) == [dialect], "\(parts)")
        if dialect == .streamitter { #expect(world.server.peers.first?.statistics.received == 1) }
        raw.connection.close()
        world.simulation.run(for: .seconds(1))
        for peer in world.server.peers { world.simulation.start { await peer.close() } }
        world.simulation.run(for: .seconds(6))
    }

    @Test func `who says nothing for 300 ms speaks the dialect in which that is allowed`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let raw = try world.raw()
            simulation.run(for: .milliseconds(250))
            #expect(world.server.peers.isEmpty)
            simulation.run(for: .milliseconds(100))
            #expect(world.server.peers.map(\.dialect) == [.streamitter])
            world.server.broadcast("news")
            simulation.run(for: .seconds(1))
            #expect(raw.bytes == Array("[\n[\"news\"]".utf8))
        }
    }

    @Test func `who begins to speak is waited for until the handshake's deadline`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.timing.handshake = .seconds(2) }
            var errors: [HarkError] = []
            world.server.on(.error) { errors.append($0) }
            let raw = try world.raw()
            try raw.send("[".utf8)
            simulation.run(for: .milliseconds(1_900))
            #expect(errors.isEmpty)
            simulation.run(for: .milliseconds(200))
            #expect(errors.map(\.code) == [.handshake] && raw.ended.count == 1)
            #expect(world.server.unrecognisedCount == 1 && world.server.peers.isEmpty)
        }
    }

    @Test func `where nobody may be silent, silence ends with the handshake's deadline`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation, [.native, .uhura])
            let raw = try world.raw()
            simulation.run(for: .seconds(4))
            #expect(raw.ended.count == 0)
            simulation.run(for: .seconds(2))
            #expect(raw.ended.count == 1 && world.server.unrecognisedCount == 1)
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n", "HARD", "{\"topic\":1}\0\0", "[\n{\"args\":[\"a\"]}"])
    func `who speaks something else is closed, counted and told of once`(_ text: String) async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var errors: [HarkError] = []
            world.server.on(.error) { errors.append($0) }
            let raw = try world.raw()
            try raw.send(text.utf8)
            simulation.run(for: .seconds(10))
            #expect(errors.map(\.code) == [.handshake] && raw.ended.count == 1)
            #expect(world.server.unrecognisedCount == 1)
        }
    }

    @Test func `who is gone before it has said what it speaks leaves nothing behind`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.limits.handshakeCount = 1 }
            for _ in 0..<3 {
                let raw = try world.raw()
                try raw.send("[".utf8)
                simulation.run(for: .milliseconds(20))
                raw.connection.close()
                simulation.run(for: .milliseconds(20))
            }
            let (client, _) = try world.connected()
            #expect(client.isConnected && world.server.unrecognisedCount == 3)
        }
    }

    @Test func `closing the server while it recognises closes those connections`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            var errors = 0
            world.server.on(.error) { _ in errors += 1 }
            let raws = [try world.raw(), try world.raw()]
            try raws[0].send("[\n".utf8)
            simulation.run(for: .milliseconds(20))
            try await simulation.run { await world.server.close() }
            simulation.run(for: .seconds(10))
            #expect(raws.map(\.ended.count) == [1, 1] && errors == 0 && world.server.isClosed)
        }
    }

    @Test func `what is recognised counts among the handshakes in progress`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation, [.native, .uhura]) { $0.limits.handshakeCount = 2 }
            let raws = [try world.raw(), try world.raw()]
            for raw in raws { try raw.send("[".utf8) }
            simulation.run(for: .milliseconds(100))
            let client = world.client()
            client.connect()
            simulation.run(for: .seconds(2))
            #expect(!client.isConnected)
            raws[0].connection.close()
            try simulation.run { client.isConnected }
        }
    }

    @Test(
        arguments: [
            [], [.native, .native], [.uhura, .uhura(acknowledgements: false)], [.streamitter, .socketIPC],
            [.native, .streamitter, .socketIPC],
        ] as [[Dialect]])
    func `dialects that cannot be told apart are refused when listening`(_ dialects: [Dialect]) async throws {
        try await withSimulation { simulation in
            let error = await #expect(throws: HarkError.self) { _ = try await world(simulation, dialects) }
            #expect(error?.code == .invalidOptions)
        }
    }
}
