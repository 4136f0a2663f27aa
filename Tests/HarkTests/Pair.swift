import Hark
import HarkTesting
import Logging
import Testing

/// What the two sides of a pair are connected by.
enum Wire: CaseIterable, Sendable {
    case simulated, narrow, tcp, unix

    /// Those of the real world.
    static let sockets: [Wire] = [.tcp, .unix]
}

/// How the two sides of a pair differ from the defaults.
struct PairOptions {
    var serverLimits = Limits()
    var serverTiming = Timing()
    var clientLimits = Limits()
    var clientTiming = Timing()
    var reconnects = true
    var reconnection = Reconnection()
    /// The client's, instead of the wire's own.
    var transport: (any Transport)?
    var stormPolicy = StormPolicy.report
    var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// A server and a client that is connected to it.
@EventLoop
final class Pair {
    let server: Server
    let client: Client
    /// The client, as the server sees it.
    let peer: Peer
    private let simulation: Simulation?

    init(_ server: Server, _ client: Client, _ peer: Peer, in simulation: Simulation?) {
        self.server = server
        self.client = client
        self.peer = peer
        self.simulation = simulation
    }

    /// Does `operation`, in virtual time where time is virtual.
    @discardableResult
    func run<Result: Sendable>(_ operation: @escaping @EventLoop () async throws -> Result) async throws -> Result {
        if let simulation { try await simulation.run(operation) } else { try await operation() }
    }

    /// Lets virtual time pass.
    func pass(_ duration: Duration) { simulation?.run(for: duration) }

    /// Returns when everything emitted before, by either side, has been heard by the other.
    func sync() async throws {
        let client = client
        let peer = peer
        try await run {
            let _: Bool = try await client.request("test.sync", within: .seconds(600))
            let _: Bool = try await peer.request("test.sync", within: .seconds(600))
        }
    }
}

/// Runs `body` with a connected pair, and closes both.
@EventLoop
func withPair(
    _ wire: Wire, _ pairOptions: PairOptions = PairOptions(), seed: UInt64 = 1,
    _ body: @EventLoop (Pair) async throws -> Void
) async throws {
    @EventLoop
    func run(_ endpoint: Endpoint, in simulation: Simulation?) async throws {
        var serverOptions = simulation?.serverOptions() ?? Server.Options()
        var clientOptions = simulation?.clientOptions() ?? Client.Options()
        serverOptions.logger = pairOptions.logger
        clientOptions.logger = serverOptions.logger
        serverOptions.limits = pairOptions.serverLimits
        serverOptions.timing = pairOptions.serverTiming
        clientOptions.limits = pairOptions.clientLimits
        clientOptions.timing = pairOptions.clientTiming
        clientOptions.reconnects = pairOptions.reconnects
        clientOptions.reconnection = pairOptions.reconnection
        if let transport = pairOptions.transport { clientOptions.environment.transport = transport }
        serverOptions.stormPolicy = pairOptions.stormPolicy
        clientOptions.stormPolicy = pairOptions.stormPolicy
        let server = Server(options: serverOptions)
        let client = Client(to: try await server.listen(on: endpoint), options: clientOptions)
        try server.reply(to: "test.sync") { true }
        try client.reply(to: "test.sync") { true }
        let connected = Signal()
        var arrived: Peer?
        server.onConnection { peer in
            arrived = peer
            connected.fire()
        }
        client.connect()
        if let simulation {
            try await simulation.run { await connected.wait() }
            try await simulation.run { try await client.connected() }
        } else {
            await connected.wait()
            try await client.connected()
        }
        let pair = Pair(server, client, try #require(arrived), in: simulation)
        do {
            try await body(pair)
        } catch {
            try await pair.run { await close(server, client) }
            throw error
        }
        try await pair.run { await close(server, client) }
    }

    switch wire {
    case .simulated:
        try await withSimulation(seed: seed) { try await run(.tcp(port: 0), in: $0) }
    case .narrow:
        try await withSimulation(seed: seed, conditions: .narrow) { try await run(.unix("/simulated"), in: $0) }
    case .tcp:
        try await run(.tcp("127.0.0.1", port: 0), in: nil)
    case .unix:
        try await SocketPath.with { try await run(.unix($0), in: nil) }
    }
}

@EventLoop
private func close(_ server: Server, _ client: Client) async {
    await client.close()
    await server.close()
}
