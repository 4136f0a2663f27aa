import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ClientFailoverTests {
    /// Three addresses where servers may listen, and a client of all of them.
    @EventLoop
    private final class Cluster {
        let endpoints: [Endpoint] = (1...3).map { .tcp("server-\($0)", port: 5_555) }
        let simulation: Simulation
        let log: DialLog
        let client: Client
        private(set) var servers: [Endpoint: Server] = [:]

        init(_ simulation: Simulation, _ configure: (inout Client.Options) -> Void = { _ in }) throws {
            self.simulation = simulation
            log = DialLog(simulation)
            var options = simulation.clientOptions()
            options.environment.transport = log
            options.logger = World.silence
            configure(&options)
            client = try Client(to: endpoints, options: options)
        }

        func start(_ index: Int, _ configure: (inout Server.Options) -> Void = { _ in }) async throws {
            var options = simulation.serverOptions()
            options.logger = World.silence
            configure(&options)
            let server = Server(options: options)
            try await server.listen(on: endpoints[index])
            servers[endpoints[index]] = server
        }

        func stop(_ index: Int) async throws {
            let server = servers.removeValue(forKey: endpoints[index])
            try await simulation.run { await server?.close() }
        }

        /// Which addresses were dialled, by their places.
        var dialled: [Int?] { log.entries.map { endpoints.firstIndex(of: $0.endpoint) } }

        var isConnectedTo: Int? { client.isConnected ? endpoints.firstIndex(of: client.endpoint) : nil }
    }

    @Test func `the addresses are tried in order, without a pause, until one answers`() async throws {
        try await withSimulation { simulation in
            let cluster = try Cluster(simulation)
            try await cluster.start(2)
            let start = simulation.clock.now
            cluster.client.connect()
            try simulation.run { cluster.client.isConnected }
            #expect(cluster.isConnectedTo == 2 && cluster.dialled == [0, 1, 2])
            #expect(cluster.client.endpoints == cluster.endpoints)
            #expect(simulation.clock.now - start < 100)
            try await simulation.run { await cluster.client.close() }
        }
    }

    @Test func `after a loss the one that worked last comes first, then those after it`() async throws {
        try await withSimulation { simulation in
            let cluster = try Cluster(simulation)
            try await cluster.start(1)
            cluster.client.connect()
            try simulation.run { cluster.client.isConnected }
            try await cluster.start(0)
            simulation.network.cutAll()
            try simulation.run { !cluster.client.isConnected }
            try simulation.run { cluster.client.isConnected }
            #expect(cluster.isConnectedTo == 1 && cluster.dialled == [0, 1, 1])
            try await cluster.stop(1)
            try simulation.run { cluster.client.isConnected }
            #expect(cluster.isConnectedTo == 0 && cluster.dialled == [0, 1, 1, 1, 2, 0])
            try await simulation.run { await cluster.client.close() }
        }
    }

    @Test func `there is one pause for each pass, and its error names each address`() async throws {
        try await withSimulation { simulation in
            let cluster = try Cluster(simulation) { $0.reconnection.attemptsMax = 3 }
            try await cluster.start(1) { $0.authorize = { _, _ in throw HarkError(.limit, "not today") } }
            var pauses = 0
            var errors: [HarkError] = []
            cluster.client.on(.backoff) { _ in pauses += 1 }
            cluster.client.on(.connectError) { errors.append($0) }
            cluster.client.on(.giveUp) { errors.append($0) }
            cluster.client.connect()
            try simulation.run { errors.last?.code == .gaveUp }
            #expect(pauses == 2 && errors.count == 4 && cluster.dialled == [0, 1, 2, 0, 1, 2, 0, 1, 2])
            for error in errors {
                for endpoint in cluster.endpoints {
                    #expect(error.message.split(separator: "\(endpoint)", omittingEmptySubsequences: false).count == 2)
                }
                #expect(error.message.contains("not today"))
            }
            try await simulation.run { await cluster.client.close() }
        }
    }

    @Test func `an address that does not answer or keeps silent is passed`() async throws {
        try await withSimulation { simulation in
            let cluster = try Cluster(simulation) {
                $0.timing.connect = .seconds(2)
                $0.timing.handshake = .seconds(1)
            }
            let silent = try simulation.network.listen(on: cluster.endpoints[0]) { _ in }
            simulation.network.onConnection = { cable in
                if cable.endpoint == cluster.endpoints[0] { cable.silence() }
            }
            try await cluster.start(1)
            let start = simulation.clock.now
            cluster.client.connect()
            try simulation.run { cluster.client.isConnected }
            #expect(cluster.isConnectedTo == 1 && simulation.clock.now - start < 2_100)
            silent.close()
            try await simulation.run { await cluster.client.close() }
        }
    }

    @Test func `the first attempt fails when all addresses have`() async throws {
        try await withSimulation { simulation in
            let cluster = try Cluster(simulation)
            let (endpoints, options) = (cluster.endpoints, cluster.client.options)
            let error = await #expect(throws: HarkError.self) {
                try await simulation.run { try await Client.connect(to: endpoints, options: options) }
            }
            #expect(error?.code == .connect && cluster.dialled == [0, 1, 2])
            try await cluster.start(2)
            let client = try await simulation.run { try await Client.connect(to: endpoints, options: options) }
            #expect(client.endpoint == endpoints[2])
            try await simulation.run { await client.close() }
        }
    }

    @Test func `who asks to stay away is left out while others may be dialled`() async throws {
        try await withSimulation { simulation in
            let cluster = try Cluster(simulation)
            try await cluster.start(0)
            try await cluster.start(2)
            cluster.client.connect()
            try simulation.run { cluster.isConnectedTo == 0 }
            let first = try #require(cluster.servers[cluster.endpoints[0]])
            let peer = try #require(first.peers.first)
            try await simulation.run { await peer.close(retryAfter: .seconds(60)) }
            let start = simulation.clock.now
            try simulation.run { cluster.client.isConnected }
            #expect(cluster.isConnectedTo == 2 && cluster.dialled == [0, 1, 2])
            #expect(simulation.clock.now - start < 1_000)
            try await cluster.stop(2)
            simulation.run(for: .seconds(10))
            #expect(!cluster.client.isConnected && !cluster.dialled.dropFirst(3).contains(0))
            try simulation.run { cluster.client.isConnected }
            #expect(cluster.isConnectedTo == 0 && simulation.clock.now - start >= 60_000)
            try await simulation.run { await cluster.client.close() }
        }
    }

    @Test func `without an address there is no client`() async throws {
        let error = #expect(throws: HarkError.self) { try Client(to: []) }
        #expect(error?.code == .invalidEndpoint)
    }
}
