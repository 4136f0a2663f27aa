internal import HarkProtocol
internal import HarkUV

/// Makes the gateways of a server, one for each connection, and keeps what outlives one.
@EventLoop
final class ServerGateways {
    private let context: GatewayContext

    /// Uhura: the sessions by their ids.
    private let sessions = UhuraSessions()
    /// Verbose: what this side is called if nobody has chosen.
    private lazy var nodeID = context.freshNodeID()
    /// Verbose: the sessions of other nodes by their ids.
    var verbose: [String: VerboseSession] = [:]

    init(_ options: Server.Options) {
        context = GatewayContext(limits: options.limits, environment: options.environment)
    }

    /// Stands between `connection` and the link of the peer that is made for it; nil where the dialect is native.
    func gateway(over connection: any Connection, _ dialect: Dialect) -> Gateway? {
        switch dialect.wire {
        case .native: nil
        // Over datagrams only; addresses of connections are refused.
        case .eventcast: nil
        case .streamitter: StreamitterGateway(connection, as: .server, context)
        case .uhura: UhuraServerGateway(connection, sessions, context)
        case .verbose(let options): VerboseServerGateway(connection, options.named(nodeID), self, context)
        case .socketIPC(let options): SocketIPCGateway.make(connection, as: .server, options, context)
        }
    }

    /// The session of the peer with this name is over.
    func forget(_ name: String) {
        sessions[name] = nil
        verbose[name] = nil
    }

    /// The session of the peer with this name was ended for good.
    func invalidate(_ name: String) {
        sessions.invalidate(name)
        verbose[name] = nil
    }
}
