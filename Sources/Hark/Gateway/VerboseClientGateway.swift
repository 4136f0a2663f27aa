internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The side of verbose that connects: it lets its link in when the other side has told what it has received.
@EventLoop
final class VerboseClientGateway: VerboseGateway {
    private unowned let gateways: ClientGateways
    private let isSessionKnown: Bool
    /// What the link wants to go on with.
    private var claim: NativeSessionClaim?

    init(_ wire: any Connection, _ options: VerboseOptions, _ gateways: ClientGateways, _ context: GatewayContext) {
        self.gateways = gateways
        let known = gateways.verbose
        isSessionKnown = known != nil
        super.init(wire, as: .client, options, known ?? Self.freshSession(options, context), context)
    }

    private static func freshSession(_ options: VerboseOptions, _ context: GatewayContext) -> VerboseSession {
        var random = EnvironmentRandom(context.environment)
        return VerboseSession(
            options, context.limits, id: NativeIdentifier(using: &random), token: NativeIdentifier(using: &random))
    }

    private var isContinued: Bool { isSessionKnown && claim?.id == verbose.id }

    override func greeted(_ hello: NativeHello) {
        claim = hello.session
        // A client without sessions begins anew each time.
        guard isSessionKnown, !isContinued else { return }
        verbose = Self.freshSession(options, GatewayContext(limits: limits, environment: environment))
    }

    override func introduced() {
        let isSame = verbose.nodeID != nil && verbose.nodeID == nodeID
        if !isSame { verbose.ledger.forgetReceived() }
        // To a node that was not here before it would mean that its queue comes twice.
        machine.write(
            syncAfter: isSame ? verbose.lastReceived(by: link) : nil, isReconnect: isSame, into: &output)
        scheduleFlush()
    }

    override func synchronised(isReconnect: Bool) {
        gateways.verbose = verbose
        let outcome: NativeSessionGrant.Outcome = isContinued ? .resumed : .new
        let grant = NativeSessionGrant(
            id: verbose.id, token: verbose.token, received: verbose.ledger.sentCount, outcome: outcome)
        accept(
            NativeWelcome(
                node: NativeIdentifier(high: 0, low: 0), peer: nodeID ?? "", capabilities: .sessions, heartbeat: 0,
                session: grant))
        if isContinued, let claim { resume(from: claim.received) }
        opened()
    }
}
