internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks socket-ipc in its own form: JSON that ends with two zero bytes.
@EventLoop
final class SocketIPCJSONGateway: SocketIPCGateway {
    @exclusivity(unchecked) private var machine: SocketIPCMachine

    override init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        machine = SocketIPCMachine(messageByteCountMax: context.limits.frameByteCount, pool: EventLoop.current.pool)
        super.init(wire, as: role, context)
    }

    override func writeMessage(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) {
        SocketIPCMachine.write(name, arguments, into: &output)
    }

    override var partOfMessage: Int? { machine.partByteCount }

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
}
