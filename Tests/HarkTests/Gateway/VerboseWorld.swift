import Hark
import HarkTesting

/// A server and its clients, of the verbose dialect, with what a node is told of the wire.
@EventLoop
final class VerboseWorld: VerboseGatewayDelegate {
    let simulation: Simulation
    let world: World
    /// What the delegate was told, and what went wrong.
    private(set) var told: [String] = []
    /// The messages that the server's peers have heard, and those that clients have.
    private(set) var heardThere: [String] = []
    private(set) var heardHere: [String] = []
    private var configure: (inout VerboseOptions) -> Void

    init(
        _ simulation: Simulation, limits: Limits = Limits(),
        _ configure: @escaping (inout VerboseOptions) -> Void = { _ in }
    ) async throws {
        self.simulation = simulation
        self.configure = configure
        var options = VerboseOptions()
        options.nodeID = "L"
        configure(&options)
        var delegate: VerboseDelegateReference?
        world = try await World(simulation) {
            let reference = VerboseDelegateReference(nil)
            delegate = reference
            options.delegate = reference
            $0.dialect = .verbose(options)
            $0.limits = limits
            $0.sessions.expiry = options.timeout
        }
        delegate?.delegate = self
        world.server.on(.error) { [unowned self] in told.append("error \($0.code) \($0.peer ?? "-")") }
        world.server.on("message") { [unowned self] (event: Event) in heardThere.append(Self.text(event)) }
    }

    var server: Server { world.server }

    func client(_ name: String = "C", to endpoint: Endpoint? = nil) -> Client {
        var options = simulation.clientOptions()
        var verbose = VerboseOptions()
        verbose.nodeID = name
        configure(&verbose)
        verbose.delegate = VerboseDelegateReference(self)
        options.dialect = .verbose(verbose)
        options.logger = World.silence
        let client = Client(to: endpoint ?? world.endpoint, options: options)
        client.on(.error) { [unowned self] in told.append("error \($0.code)") }
        client.on("message") { [unowned self] (event: Event) in heardHere.append(Self.text(event)) }
        return client
    }

    func connected(_ name: String = "C") throws -> (Client, Peer) {
        let client = client(name)
        client.connect()
        try simulation.run { client.isConnected && server.peer(name) != nil }
        simulation.run(for: .milliseconds(50))
        guard let peer = server.peer(name) else { throw SimulationError.neverHappened(within: .zero) }
        return (client, peer)
    }

    /// An original that listens, and the connections to it.
    func original(at path: String = "/original") throws -> (endpoint: Endpoint, raws: () -> [RawPeer], any Acceptor) {
        var raws: [RawPeer] = []
        let endpoint = Endpoint.unix(path)
        let acceptor = try simulation.network.listen(on: endpoint) { result in
            if let connection = try? result.get() { raws.append(RawPeer(connection)) }
        }
        return (endpoint, { raws }, acceptor)
    }

    func takeTold() -> [String] {
        defer { told = [] }
        return told
    }

    func close(_ clients: Client...) {
        for client in clients { simulation.start { await client.close() } }
        simulation.start { [server] in await server.close() }
        simulation.run(for: .seconds(70))
    }

    /// A message as `id name argument…`, with the nodes that it has passed.
    private static func text(_ event: Event) -> String {
        let values = (try? event.arguments) ?? []
        let nodes = values.count > 1 ? values[1].array?.compactMap(\.string) ?? [] : []
        return ([values.first?.string ?? ""] + nodes.map { "<\($0)>" } + values.dropFirst(2).map { "\($0)" })
            .joined(separator: " ")
    }

    private func name(_ emitter: Emitter) -> String { (emitter as? Peer).map { "peer \($0.id)" } ?? "client" }

    func verbose(_ emitter: Emitter, isNode id: String) { told.append("\(name(emitter)) is \(id)") }
    func verboseDidInitialize(_ emitter: Emitter) { told.append("\(name(emitter)) initialized") }
    func verbose(_ emitter: Emitter, didAcknowledge id: String) { told.append("\(name(emitter)) acked \(id)") }
    func verbose(_ emitter: Emitter, didTimeOut error: HarkError) { told.append("\(name(emitter)) timed out") }
}

extension Emitter {
    /// Emits a message of the bus.
    @discardableResult
    func tell(_ id: String, _ name: String = "event", _ number: Int = 1, nodes: [String] = []) -> EmitResult {
        emit("message", id, nodes, name, number)
    }
}

extension RawPeer {
    func say(_ text: String) throws { try send(Array(text.utf8)) }
}
