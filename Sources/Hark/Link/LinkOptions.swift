internal import HarkWire

/// What an emitter and its link need to know of the options. One for all peers of a server, which add up.
final class LinkOptions: Sendable {
    let limits: Limits
    let timing: Timing
    let credentials: Value?
    let storm: StormRule
    let environment: Environment

    init(
        limits: Limits, timing: Timing, credentials: Value? = nil, stormPolicy: StormPolicy, environment: Environment
    ) {
        self.limits = limits
        self.timing = timing
        self.credentials = credentials
        storm = StormRule(limits, stormPolicy)
        self.environment = environment
    }
}
