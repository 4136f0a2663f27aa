import Foundation
import Hark
import HarkTesting
import Testing

/// Every way to make a client.
@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct ClientTargetsTests {
    private nonisolated static let dialects: [Dialect] = [.native, .streamitter, .uhura]

    private func options(_ dialect: Dialect) -> (Server.Options, Client.Options) {
        var server = Server.Options()
        server.dialect = dialect
        server.logger = World.silence
        var client = Client.Options()
        client.dialect = dialect
        client.logger = World.silence
        return (server, client)
    }

    /// Waits until the client that `make` has made is connected, exchanges an event, and closes both.
    private func expectConversation(
        _ dialect: Dialect, on endpoint: Endpoint = .tcp("127.0.0.1", port: 0),
        _ make: @EventLoop (Endpoint, Client.Options, @escaping @EventLoop (Client) -> Void) throws -> Client
    ) async throws {
        let (serverOptions, clientOptions) = options(dialect)
        let server = try await Server.listen(on: endpoint, options: serverOptions)
        let heard = Signal()
        server.on("hello") { heard.fire() }
        let connected = Signal()
        var same: Client?
        let client = try make(server.endpoints[0], clientOptions) { client in
            same = client
            connected.fire()
        }
        await connected.wait()
        #expect(same === client && client.isConnected)
        client.send("hello")
        await heard.wait()
        await client.close()
        await server.close()
        #expect(connected.count == 1)
    }

    @Test(arguments: dialects)
    func `a port`(_ dialect: Dialect) async throws {
        try await expectConversation(dialect) { endpoint, options, connected in
            Client(port: try #require(endpoint.port), options: options) { connected($0) }
        }
    }

    @Test(arguments: dialects)
    func `a port and a host`(_ dialect: Dialect) async throws {
        try await expectConversation(dialect) { endpoint, options, connected in
            Client(port: try #require(endpoint.port), host: "127.0.0.1", options: options) { connected($0) }
        }
    }

    @Test(arguments: dialects)
    func `a port as text`(_ dialect: Dialect) async throws {
        try await expectConversation(dialect) { endpoint, options, connected in
            try Client(target: "\(try #require(endpoint.port))", options: options) { connected($0) }
        }
    }

    @Test(arguments: dialects)
    func `a URL`(_ dialect: Dialect) async throws {
        try await expectConversation(dialect) { endpoint, options, connected in
            try Client(target: endpoint.description, options: options) { connected($0) }
        }
    }

    @Test(arguments: dialects)
    func `a path`(_ dialect: Dialect) async throws {
        try await SocketPath.with { path in
            try await expectConversation(dialect, on: .unix(path)) { _, options, connected in
                try Client(target: path, options: options) { connected($0) }
            }
        }
    }

    @Test(arguments: dialects)
    func `a descriptor that is connected, and one that still connects`(_ dialect: Dialect) async throws {
        try await expectConversation(dialect) { endpoint, options, connected in
            let descriptor = try RawSocket.connecting(to: try #require(endpoint.port), waiting: true)
            return Client(descriptor: descriptor, options: options) { connected($0) }
        }
        try await expectConversation(dialect) { endpoint, options, connected in
            let descriptor = try RawSocket.connecting(to: try #require(endpoint.port), waiting: false)
            return Client(descriptor: descriptor, options: options) { connected($0) }
        }
    }

    @Test(arguments: dialects)
    func `a connection that is there, and one that is still made`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = dialect }
            var options = simulation.clientOptions()
            options.dialect = dialect
            var callbacks = 0
            let late = Client(
                over: { simulation.network.dial(world.endpoint, $0) }, options: options
            ) { _ in callbacks += 1 }
            try simulation.run { late.isConnected }
            var connection: (any Connection)?
            _ = simulation.network.dial(world.endpoint) { connection = try? $0.get() }
            try simulation.run { connection != nil }
            let client = Client(over: try #require(connection), options: options) { _ in callbacks += 1 }
            try simulation.run { client.isConnected }
            #expect(client.endpoint == world.endpoint)
            simulation.run(for: .seconds(1))
            #expect(world.server.peers.count == 2)
            // The next one is dialled.
            for emitter in [late, client] {
                emitter.reconnect()
                #expect(!emitter.isConnected)
                try simulation.run { emitter.isConnected }
            }
            #expect(callbacks == 2 && simulation.network.cables.count { !$0.isCut } >= 2)
        }
    }

    @Test func `without an address reconnecting fails and says so`() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        var (_, options) = options(.streamitter)
        options.timing.close = .zero
        let connected = Signal()
        let client = Client(descriptor: ends[0], options: options) { _ in connected.fire() }
        await connected.wait()
        let failed = Signal()
        var failure: HarkError?
        client.on(.connectError) {
            failure = $0
            failed.fire()
        }
        client.reconnect()
        await failed.wait()
        #expect(failure?.code == .invalidEndpoint && failure?.message.contains("no address") == true)
        await client.close()
    }

    @Test func `what is no socket is a failed attempt`() async throws {
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        let (_, options) = options(.streamitter)
        let failed = Signal()
        var code: HarkError.Code?
        let client = Client(descriptor: file, options: options)
        client.on(.connectError) {
            code = $0.code
            failed.fire()
        }
        await failed.wait()
        #expect(code == .connect)
        await client.close()
    }

    @Test func `the function is called once, whatever happens to the connection`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var callbacks = 0
            let client = Client(port: try #require(world.endpoint.port), options: simulation.clientOptions()) { _ in
                callbacks += 1
            }
            for _ in 0..<3 {
                try simulation.run { client.isConnected }
                client.connection?.close()
            }
            try simulation.run { client.isConnected }
            #expect(callbacks == 1)
        }
    }
}
