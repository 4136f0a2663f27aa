internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks socket-ipc on the wire.
@EventLoop
class SocketIPCGateway: HandshakelessGateway {
    @exclusivity(unchecked) private var machine: SocketIPCMachine
    /// The server's own name for the client, which never hears it.
    private let name: PeerName?

    override init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        let random = context.environment.random
        name = role == .server ? PeerName(UUIDv4(random: random(), random()).description) : nil
        machine = SocketIPCMachine(messageByteCountMax: context.limits.frameByteCount, pool: EventLoop.current.pool)
        super.init(wire, as: role, context)
    }

    static func make(
        _ wire: any Connection, as role: NativeMachine.Role, _ options: SocketIPCOptions, _ context: GatewayContext
    ) -> Gateway {
        guard let transcoder = options.transcoder else { return SocketIPCGateway(wire, as: role, context) }
        return TranscoderGateway(wire, as: role, transcoder, context)
    }

    override final var peerName: PeerName? { name }

    override final var partOfMessage: Int? { machine.partByteCount }

    override func writeMessage(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) {
        SocketIPCMachine.write(name, arguments, into: &output)
    }

    override func read(_ bytes: UnsafeRawBufferPointer) {
        var input = bytes
        while let effect = machine.receive(&input) {
            switch effect {
            case .event(let topic, let arguments): deliver(topic, arguments)
            case .malformed(let why, let message): passOver(why, message)
            case .tooLong(let why): fail(HarkError(.limit, why))
            }
            if isClosed { return }
        }
    }

    /// What happens to a connection is told as the documentation of the original has it: to the listeners of `.error`.
    override final func broke(_ error: HarkError) {
        link?.owner?.linkDidFail(
            HarkError(
                error.code, error.message, cause: error.cause, event: nil, peer: link?.peer?.id, bytes: error.bytes))
    }
}
