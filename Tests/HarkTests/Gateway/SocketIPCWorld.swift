import Hark
import HarkTesting
import Testing

/// A server of the socket-ipc dialect and those who speak to it.
@EventLoop
final class SocketIPCWorld {
    let world: World
    /// What the server's `.error` listeners heard.
    private(set) var errors: [HarkError] = []
    /// What the server heard: `topic values`.
    private(set) var heard: [String] = []

    var simulation: Simulation { world.simulation }
    var server: Server { world.server }

    init(
        _ simulation: Simulation, _ dialect: Dialect = .socketIPC,
        _ configure: (inout Server.Options) -> Void = { _ in }
    ) async throws {
        world = try await World(simulation) { options in
            options.dialect = dialect
            configure(&options)
        }
        server.on(.error) { [self] in errors.append($0) }
        server.onAny { [self] in heard.append(Self.words($0)) }
    }

    func client(_ dialect: Dialect = .socketIPC, _ configure: (inout Client.Options) -> Void = { _ in }) -> Client {
        world.client { options in
            options.dialect = dialect
            configure(&options)
        }
    }

    func connected(_ dialect: Dialect = .socketIPC) throws -> (Client, Peer) {
        try world.connected { $0.dialect = dialect }
    }

    /// Sends more than the network takes at once.
    func send(_ bytes: [UInt8], over raw: RawPeer) throws {
        for start in stride(from: 0, to: bytes.count, by: 16 << 10) {
            try raw.send(bytes[start..<min(start + (16 << 10), bytes.count)])
            simulation.run(for: .milliseconds(100))
        }
        simulation.run(for: .seconds(1))
    }

    /// A message on the wire.
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) + [0, 0] }

    static func words(_ event: Event) -> String {
        event.name + ((try? event.arguments) ?? []).map { " \($0)" }.joined()
    }

    /// Speaks bytes to a client, as the server at `path`.
    static func scripted(_ simulation: Simulation, at path: String = "/scripted") throws -> Scripted {
        try Scripted(simulation, at: path)
    }

    /// A server that speaks bytes.
    @EventLoop
    final class Scripted {
        private(set) var peers: [RawPeer] = []
        private var acceptor: (any Acceptor)?
        let endpoint: Endpoint
        private let network: SimulatedNetwork

        init(_ simulation: Simulation, at path: String) throws {
            endpoint = .unix(path)
            network = simulation.network
            try open()
        }

        func open() throws {
            acceptor = try network.listen(on: endpoint) { [self] result in
                if let connection = try? result.get() { peers.append(RawPeer(connection)) }
            }
        }

        /// Goes away, and its connections with it.
        func close() {
            acceptor?.close()
            for peer in peers { peer.connection.close() }
            peers = []
        }
    }
}
