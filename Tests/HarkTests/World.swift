import Hark
import HarkTesting
import Logging

/// What tests of one simulated server and its clients share.
@EventLoop
struct World {
    let simulation: Simulation
    let server: Server
    let endpoint: Endpoint

    init(
        _ simulation: Simulation, _ configure: (inout Server.Options) -> Void = { _ in }
    ) async throws {
        self.simulation = simulation
        var options = simulation.serverOptions()
        options.logger = Self.silence
        configure(&options)
        server = Server(options: options)
        endpoint = try await server.listen(on: .tcp(port: 0))
    }

    static var silence: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

    func client(_ configure: (inout Client.Options) -> Void = { _ in }) -> Client {
        var options = simulation.clientOptions()
        options.logger = Self.silence
        configure(&options)
        return Client(to: endpoint, options: options)
    }

    /// A client that is connected, and its peer.
    func connected(_ configure: (inout Client.Options) -> Void = { _ in }) throws -> (Client, Peer) {
        let client = client(configure)
        var arrived: Peer?
        let subscription = server.onConnection { arrived = $0 }
        client.connect()
        try simulation.run { client.isConnected && arrived != nil }
        subscription.cancel()
        guard let arrived else { throw SimulationError.neverHappened(within: .zero) }
        return (client, arrived)
    }

    /// A connection to the server that speaks bytes.
    func raw() throws -> RawPeer {
        var peer: RawPeer?
        _ = simulation.network.dial(endpoint) { result in peer = (try? result.get()).map(RawPeer.init) }
        try simulation.run { peer != nil }
        guard let peer else { throw SimulationError.neverHappened(within: .zero) }
        return peer
    }

    /// What a client sends before it is welcome.
    func hello(_ configure: (inout Client.Options) -> Void = { _ in }) throws -> [UInt8] {
        var peer: RawPeer?
        let acceptor = try simulation.network.listen(on: .unix("/hello")) { result in
            peer = (try? result.get()).map(RawPeer.init)
        }
        defer { acceptor.close() }
        let client = Client(to: .unix("/hello"), options: client(configure).options)
        client.connect()
        simulation.run(for: .seconds(1))
        simulation.start { await client.close() }
        simulation.run(for: .seconds(1))
        return peer?.bytes ?? []
    }

    /// Writes down what happens to `emitter`, in order.
    static func record(_ emitter: Emitter, into record: @escaping @EventLoop (String) -> Void) {
        emitter.on(.connect) { record("connect") }
        emitter.on(.reconnect) { record("reconnect") }
        emitter.on(.disconnect) { _ in record("disconnect") }
        emitter.on(.connectError) { _ in record("connectError") }
        emitter.on(.backoff) { _ in record("backoff") }
        emitter.on(.giveUp) { _ in record("giveUp") }
        emitter.on(.close) { record("close") }
        emitter.on(.drain) { record("drain") }
        emitter.on(.error) { record("error \($0.code)") }
        emitter.on(.listening) { _ in record("listening") }
        emitter.on(.connection) { _ in record("connection") }
    }
}
