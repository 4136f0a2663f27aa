internal import HarkUV
internal import HarkWire

/// What all gateways of a client or a server have in common.
struct GatewayContext {
    let limits: Limits
    let environment: Environment

    /// Verbose: an id for a node that nobody has named.
    @EventLoop
    func freshNodeID() -> String { UUIDv4(random: environment.random(), environment.random()).description }
}
