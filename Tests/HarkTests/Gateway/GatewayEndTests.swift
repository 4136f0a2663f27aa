import Hark
import HarkTesting
import Testing

/// What is known of the last events of a connection, when this side ends it.
@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct GatewayEndTests {
    private func server(_ simulation: Simulation, _ dialect: Dialect) -> Server {
        var options = simulation.serverOptions()
        options.dialect = dialect
        options.logger = World.silence
        return Server(options: options)
    }

    private func client(_ simulation: Simulation, _ dialect: Dialect, to endpoint: Endpoint) -> Client {
        var options = simulation.clientOptions()
        options.dialect = dialect
        options.logger = World.silence
        return Client(to: endpoint, options: options)
    }

    // MARK: After a goodbye

    @Test(arguments: [
        Dialect.streamitter, .socketIPC(queuesOffline: true), .uhura,
        .uhura(objectMode: false, acknowledgements: false),
    ])
    func `what leaves together with the goodbye does not leave again`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = dialect }
            var heard: [Int] = []
            world.server.on("a") { (n: Int) in heard.append(n) }
            let (client, _) = try world.connected { $0.dialect = dialect }
            client.send("a", 1)
            try await simulation.run { await client.disconnect() }
            simulation.run(for: .seconds(1))
            #expect(heard == [1] && client.statistics.inFlight == 0)
            client.connect()
            client.send("a", 2)
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2] && client.statistics.inFlight == 0)
        }
    }

    @Test func `what leaves together with the goodbye is not told as lost`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = .socketIPC }
            var heard: [Int] = []
            var errors: [HarkError] = []
            world.server.on("a") { (n: Int) in heard.append(n) }
            let (client, _) = try world.connected { $0.dialect = .socketIPC }
            client.on(.error) { errors.append($0) }
            client.send("a", 1)
            try await simulation.run { await client.close() }
            simulation.run(for: .seconds(1))
            #expect(heard == [1] && errors.isEmpty && client.statistics.dropped.isEmpty)
            #expect(client.statistics.written == 1)
        }
    }

    @Test func `an acknowledgement that comes after the goodbye is taken`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = .uhura }
            let (client, _) = try world.connected { $0.dialect = .uhura }
            var outcomes: [HarkError?] = []
            client.emit("a", 1, ack: .within(.seconds(5))) { outcomes.append($0) }
            try await simulation.run { await client.disconnect() }
            simulation.run(for: .seconds(10))
            #expect(outcomes.map { $0?.code } == [nil] && client.statistics.acknowledged == 1)
        }
    }

    @Test func `what was acknowledged after the goodbye is not sent to a server that knows nothing of it`() async throws
    {
        try await withSimulation { simulation in
            var heard: [Int] = []
            let first = server(simulation, .uhura)
            first.on("a") { (n: Int) in heard.append(n) }
            try await first.listen(on: .unix("/restarted"))
            let client = client(simulation, .uhura, to: .unix("/restarted"))
            client.connect()
            try simulation.run { client.isConnected }
            client.emit("a", 1)
            try await simulation.run { await client.disconnect() }
            try await simulation.run { await first.close() }
            let second = server(simulation, .uhura)
            second.on("a") { (n: Int) in heard.append(n) }
            try await second.listen(on: .unix("/restarted"))
            client.connect()
            client.emit("a", 2)
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2])
            simulation.start { await client.close() }
            simulation.start { await second.close() }
            simulation.run(for: .seconds(30))
        }
    }

    // MARK: Without a goodbye

    private static let large = String(repeating: "x", count: 4_000)

    @Test(arguments: [Dialect.streamitter, .socketIPC(queuesOffline: true)], [false, true])
    func `what was written before the connection is given up in the same turn does not leave again`(
        _ dialect: Dialect, _ closesBelow: Bool
    ) async throws {
        try await withSimulation { simulation in
            simulation.network.conditions.bufferByteCount = 1 << 20
            let world = try await World(simulation) { $0.dialect = dialect }
            var heard: [String] = []
            world.server.on("a") { (text: String) in heard.append(String(text.prefix(3))) }
            let (client, _) = try world.connected { $0.dialect = dialect }
            client.autoReconnect()
            for n in 100..<160 { client.send("a", "\(n)\(Self.large)") }
            if closesBelow { client.connection?.close() } else { client.reconnect() }
            simulation.run(for: .seconds(5))
            // Two connections: what comes over the second may be faster.
            #expect(heard.sorted() == (100..<160).map(String.init))
            #expect(client.statistics.written == 60 && client.statistics.inFlight == 0)
        }
    }

    @Test func `what was written before the connection is given up in the same turn is not told as lost`() async throws
    {
        try await withSimulation { simulation in
            simulation.network.conditions.bufferByteCount = 1 << 20
            let world = try await World(simulation) { $0.dialect = .socketIPC }
            var heard = 0
            world.server.on("a") { (_: String) in heard += 1 }
            let (client, _) = try world.connected { $0.dialect = .socketIPC }
            for _ in 0..<60 { client.send("a", Self.large) }
            client.reconnect()
            simulation.run(for: .seconds(5))
            #expect(heard > 0 && heard < 60)
            #expect(client.statistics.dropped == [.notConnected: 60 - heard])
        }
    }

    @Test func `an acknowledgement that arrived just before the connection is given up counts`() async throws {
        try await withSimulation { simulation in
            simulation.network.conditions.segmentByteCount = 4_096...4_096
            var raw: RawPeer?
            let acceptor = try simulation.network.listen(on: .unix("/once")) { raw = (try? $0.get()).map(RawPeer.init) }
            let client = client(simulation, .uhura, to: .unix("/once"))
            client.connect()
            try simulation.run { raw != nil }
            acceptor.close()
            let welcome = "{\"args\":[\"connect\",{\"objectMode\":true,\"enableAcks\":true}]}"
            try raw?.send("[\n[\"_set\",\"sessionID\",\"x\"]\n,\n\(welcome)".utf8)
            try simulation.run { client.isConnected }
            var outcomes: [HarkError?] = []
            client.on("enough") { client.reconnect() }
            client.emit("a", 1, ack: .within(.seconds(5))) { outcomes.append($0) }
            simulation.run(for: .milliseconds(500))
            let sent = raw?.text ?? ""
            let id = try #require(sent.components(between: "\"id\":\"", and: "\"").last)
            try raw?.send("\n,\n{\"args\":[\"enough\"]}\n,\n{\"args\":[\"ack::\(id)\"]}".utf8)
            simulation.run(for: .milliseconds(500))
            #expect(!client.isConnected && client.statistics.acknowledged == 1)
            #expect(outcomes.map { $0?.code } == [nil])
            simulation.start { await client.close() }
            simulation.run(for: .seconds(30))
        }
    }

    @Test func `what is a message already when too much waits leaves once`() async throws {
        try await withSimulation { simulation in
            simulation.network.conditions.bufferByteCount = 4_096
            var raws: [RawPeer] = []
            let acceptor = try simulation.network.listen(on: .unix("/full")) { result in
                if let connection = try? result.get() { raws.append(RawPeer(connection)) }
            }
            var options = simulation.clientOptions()
            options.dialect = .streamitter
            options.logger = World.silence
            options.limits.overflow = .close
            options.limits.queueByteCount = 256 << 10
            let client = Client(to: .unix("/full"), options: options)
            client.autoReconnect()
            client.connect()
            try simulation.run { client.isConnected && raws.count == 1 }
            raws[0].connection.stopReading()
            for n in 100..<300 { client.send("a", "\(n)\(Self.large)") }
            simulation.run(for: .milliseconds(10))
            raws[0].connection.startReading()
            simulation.run(for: .seconds(60))
            let heard = raws.flatMap { $0.text.components(between: "[\"a\",\"", and: "x") }
            #expect(raws.count > 1 && heard.count > 20)
            #expect(Set(heard).count == heard.count)
            acceptor.close()
            simulation.start { await client.close() }
            simulation.run(for: .seconds(30))
        }
    }
}

extension String {
    /// What stands between each `start` and the next `end`.
    fileprivate func components(between start: String, and end: Character) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: start) {
            rest = rest[range.upperBound...]
            found.append(rest.prefix { $0 != end })
        }
        return found
    }
}
