internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The side of verbose that listens: it finds the session of the node that has connected, and says what it has received
/// of it when it knows whether the node remembers.
@EventLoop
final class VerboseServerGateway: VerboseGateway {
    private unowned let gateways: ServerGateways
    private let name = PeerName()
    /// The session that the node has here.
    private var known: VerboseSession?
    private var isSyncSaid = false

    init(_ wire: any Connection, _ options: VerboseOptions, _ gateways: ServerGateways, _ context: GatewayContext) {
        self.gateways = gateways
        let none = NativeIdentifier(high: 0, low: 0)
        super.init(
            wire, as: .server, options, VerboseSession(options, context.limits, id: none, token: none), context)
        isDataHeld = true
    }

    override var peerName: PeerName? { name }

    override func introduced() {
        guard let nodeID else { return }
        name.become(nodeID)
        known = gateways.verbose[nodeID]
        let claim = known.map { NativeSessionClaim(id: $0.id, token: $0.token, received: $0.ledger.sentCount) }
        beginHolding()
        introduce(
            NativeHello(
                node: NativeIdentifier(high: 0, low: 0), capabilities: .sessions, heartbeat: 0, session: claim))
    }

    override func renewClaim() -> UInt64? {
        guard let known else { return nil }
        native.claimed(received: known.ledger.sentCount)
        return known.ledger.sentCount
    }

    override func admitted(_ welcome: NativeWelcome) {
        if let known, let grant = welcome.session, grant.outcome == .resumed {
            verbose = known
            resume(from: grant.received)
        } else {
            known = nil
            if let grant = welcome.session {
                verbose = VerboseSession(options, limits, id: grant.id, token: grant.token)
                gateways.verbose[name.text ?? ""] = verbose
            }
        }
        hold()
        endHolding()
    }

    override func heldLongEnough() {
        // Nobody can know whether it remembers. Twice is better than never.
        if held == nil, machine.state == .introduced { sync(isReconnect: known != nil) }
    }

    override func synchronised(isReconnect: Bool) {
        sync(isReconnect: isReconnect)
        opened()
    }

    /// - Parameter isReconnect: whether the node remembers this one. An original that does then sends what it has kept,
    ///   even if this side has been restarted meanwhile and remembers nothing.
    private func sync(isReconnect: Bool) {
        guard !isSyncSaid else { return }
        isSyncSaid = true
        if !isReconnect { verbose.ledger.forgetReceived() }
        machine.write(
            syncAfter: isReconnect ? verbose.lastReceived(by: link) : nil, isReconnect: isReconnect, into: &output)
        scheduleFlush()
    }
}
