internal import HarkUV

/// What all gateways of a client or a server have in common.
struct GatewayContext {
    let limits: Limits
    let environment: Environment
}
