internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks Streamitter on the wire.
@EventLoop
final class StreamitterGateway: HandshakelessGateway {
    @exclusivity(unchecked) private var machine: StreamitterMachine

    override init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        machine = StreamitterMachine(messageByteCountMax: context.limits.frameByteCount, pool: EventLoop.current.pool)
        super.init(wire, as: role, context)
    }

    override func writeMessage(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) {
        machine.write(name, arguments, into: &output)
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
