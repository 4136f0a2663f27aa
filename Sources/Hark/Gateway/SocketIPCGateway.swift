internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks socket-ipc on the wire, in whatever form its messages have.
@EventLoop
class SocketIPCGateway: HandshakelessGateway {
    /// The server's own name for the client, which never hears it.
    private let name: PeerName?

    override init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        let random = context.environment.random
        name = role == .server ? PeerName(UUIDv4(random: random(), random()).description) : nil
        super.init(wire, as: role, context)
    }

    static func make(
        _ wire: any Connection, as role: NativeMachine.Role, _ options: SocketIPCOptions, _ context: GatewayContext
    ) -> Gateway {
        guard let transcoder = options.transcoder else { return SocketIPCJSONGateway(wire, as: role, context) }
        return TranscoderGateway(wire, as: role, transcoder, context)
    }

    override final var peerName: PeerName? { name }

    /// What happens to a connection is told as the documentation of the original has it: to the listeners of `.error`.
    override final func broke(_ error: HarkError) {
        link?.owner?.linkDidFail(
            HarkError(
                error.code, error.message, cause: error.cause, event: nil, peer: link?.peer?.id, bytes: error.bytes))
    }
}
