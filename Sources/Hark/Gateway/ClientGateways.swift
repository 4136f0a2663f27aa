internal import HarkProtocol
internal import HarkUV

/// Makes the gateways of a client, one for each connection, and keeps what outlives one.
@EventLoop
final class ClientGateways {
    private let dialect: Dialect
    private let context: GatewayContext

    /// Uhura: the session that the next connection may go on with.
    var session: UhuraSession?
    /// Verbose: likewise.
    var verbose: VerboseSession?
    /// Verbose: what this side is called if nobody has chosen.
    private lazy var nodeID = context.freshNodeID()

    /// Nil for a client that needs none.
    init?(_ options: Client.Options) {
        guard options.dialect != .native else { return nil }
        dialect = options.dialect
        context = GatewayContext(limits: options.limits, environment: options.environment)
    }

    /// Stands between `connection` and the client's link; nil where the dialect is native.
    func gateway(over connection: any Connection) -> Gateway? {
        switch dialect.wire {
        case .native: nil
        // Over datagrams only; addresses of connections are refused.
        case .eventcast: nil
        case .streamitter: StreamitterGateway(connection, as: .client, context)
        case .uhura(let options): UhuraClientGateway(connection, options, self, context)
        case .verbose(let options): VerboseClientGateway(connection, options.named(nodeID), self, context)
        case .socketIPC(let options): SocketIPCGateway.make(connection, as: .client, options, context)
        }
    }
}
