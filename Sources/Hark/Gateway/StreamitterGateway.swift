internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks Streamitter on the wire. It has no handshake: both sides may emit at once.
@EventLoop
final class StreamitterGateway: Gateway {
    @exclusivity(unchecked) private var machine: StreamitterMachine
    private let role: NativeMachine.Role

    init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        self.role = role
        machine = StreamitterMachine(messageByteCountMax: context.limits.frameByteCount, pool: EventLoop.current.pool)
        super.init(wire, for: role, GatewaySession(), context.limits)
    }

    override func began() { if role == .server { introduce(.silent) } }

    override func greeted(_ hello: NativeHello) { accept(.silent) }

    override func emit(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, isCounted: Bool) {
        machine.write(name, arguments, into: &output)
        if isCounted { output.mark &+= 1 }
    }

    override var partOfMessage: Int? { machine.partByteCount }

    override func read(_ bytes: UnsafeRawBufferPointer) {
        var input = bytes
        while let effect = machine.receive(&input) {
            switch effect {
            case .event(let name, let arguments): deliver(name, arguments)
            case .malformed(let why): passOver(why)
            case .tooLong(let why): fail(HarkError(.limit, why))
            case .ignored: break
            }
            if isClosed { return }
        }
    }
}
