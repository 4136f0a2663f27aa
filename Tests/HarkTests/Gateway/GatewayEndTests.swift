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
}
