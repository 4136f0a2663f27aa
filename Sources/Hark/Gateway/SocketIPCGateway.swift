internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks socket-ipc on the wire. It has no handshake: both sides may emit at once, and the end is not announced.
@EventLoop
class SocketIPCGateway: Gateway {
    @exclusivity(unchecked) private var machine: SocketIPCMachine
    private let role: NativeMachine.Role
    /// The server's own name for the client, which never hears it.
    private let name: PeerName?

    init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        self.role = role
        let random = context.environment.random
        name = role == .server ? PeerName(UUIDv4(random: random(), random()).description) : nil
        machine = SocketIPCMachine(messageByteCountMax: context.limits.frameByteCount, pool: EventLoop.current.pool)
        super.init(wire, for: role, GatewaySession(), context.limits)
    }

    static func make(
        _ wire: any Connection, as role: NativeMachine.Role, _ options: SocketIPCOptions, _ context: GatewayContext
    ) -> Gateway {
        guard let transcoder = options.transcoder else { return SocketIPCGateway(wire, as: role, context) }
        return TranscoderGateway(wire, as: role, transcoder, context)
    }

    override final var peerName: PeerName? { name }

    override final var partOfMessage: Int? { machine.partByteCount }

    override final func began() { if role == .server { introduce(.silent) } }

    override final func greeted(_ hello: NativeHello) { accept(.silent) }

    override func emit(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, isCounted: Bool) {
        SocketIPCMachine.write(name, arguments, into: &output)
        if isCounted { output.mark &+= 1 }
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
