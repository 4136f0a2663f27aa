import Hark

/// Sockets that are read only while the gate is open: what is not read slows down whoever sends it.
///
/// Connections survive a closed gate, however long that takes. New ones are made as well.
@EventLoop
final class ReadingGate: Transport {
    private let transport: any Transport
    private var connections: [ObjectIdentifier: GatedConnection] = [:]

    /// Whether connections are read.
    var isOpen = true {
        didSet {
            guard isOpen != oldValue else { return }
            for connection in connections.values { connection.gateMoved() }
        }
    }

    nonisolated init(_ transport: any Transport) { self.transport = transport }

    /// The live environment, with this gate before its sockets.
    nonisolated var environment: Environment {
        var environment = Environment.live
        environment.transport = self
        return environment
    }

    // MARK: Transport

    func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        transport.dial(endpoint) { completion($0.map { self.gated($0) }) }
    }

    func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        try transport.listen(on: endpoint) { accept($0.map { self.gated($0) }) }
    }

    private func gated(_ connection: any Connection) -> any Connection {
        let gated = GatedConnection(connection, behind: self)
        connections[ObjectIdentifier(gated)] = gated
        return gated
    }

    func forget(_ connection: GatedConnection) { connections[ObjectIdentifier(connection)] = nil }
}
