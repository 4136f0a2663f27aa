internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks a wire on which both sides may emit as soon as they are connected: nobody introduces himself or answers, and
/// the end is not announced.
///
/// A server that has not let a client in yet reads nothing of it, and keeps what it has read before it knew what the
/// client speaks.
@EventLoop
class HandshakelessGateway: Gateway {
    private let role: NativeMachine.Role

    init(_ wire: any Connection, as role: NativeMachine.Role, _ context: GatewayContext) {
        self.role = role
        super.init(wire, for: role, GatewaySession(), context.limits)
    }

    /// Writes a message to `output`.
    func writeMessage(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) {}

    override final func began() {
        guard role == .server else { return }
        introduce(.silent)
        beginHolding()
    }

    override final func greeted(_ hello: NativeHello) { accept(.silent) }

    override final func admitted(_ welcome: NativeWelcome) { endHolding() }

    override final func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, isCounted: Bool
    ) {
        writeMessage(name, arguments)
        if isCounted { output.mark &+= 1 }
    }
}
