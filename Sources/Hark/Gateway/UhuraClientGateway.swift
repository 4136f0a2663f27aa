internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The client's side of Uhura: offers the session's values, and waits for the server's `connect` before it lets
/// anything through.
@EventLoop
final class UhuraClientGateway: UhuraGateway {
    private let options: UhuraOptions
    private unowned let gateways: ClientGateways
    private let isSessionKnown: Bool
    /// What the link wants to go on with.
    private var claim: NativeSessionClaim?
    /// The id that was offered to the server, and whether it has answered with all values of that session.
    private var offeredID: String?
    private var isResumed = false
    /// The versions of what was offered, which a server takes only when a session begins.
    private var offered: [String: UInt64] = [:]
    /// Keys that were set since the server last heard of them. They count, whatever the server has kept.
    private var unsaid: Set<String> = []

    init(_ wire: any Connection, _ options: UhuraOptions, _ gateways: ClientGateways, _ context: GatewayContext) {
        self.options = options
        self.gateways = gateways
        let known = gateways.session
        isSessionKnown = known != nil
        super.init(wire, .client, known ?? Self.freshSession(context.environment), context)
    }

    private static func freshSession(_ environment: Environment) -> UhuraSession {
        var random = EnvironmentRandom(environment)
        return UhuraSession(id: NativeIdentifier(using: &random), token: NativeIdentifier(using: &random))
    }

    override func greeted(_ hello: NativeHello) {
        guard var data = link?.data.all else { return }
        claim = hello.session
        // A client without sessions begins anew each time.
        if !hello.capabilities.contains(.sessions) { data.removeAll { $0.key == UhuraData.sessionKey } }
        for entry in data {
            offered[entry.key] = entry.version
            if uhura.told[entry.key] != entry.version { unsaid.insert(entry.key) }
        }
        unsaid.remove(UhuraData.sessionKey)
        let values = data.map { UhuraData.Entry(key: $0.key, value: $0.encoded) }
        offeredID = UhuraData(values, isWhole: true).sessionID(isFirst: true)
        machine.open(
            values,
            UhuraSettings(objectMode: options.objectMode, acknowledgements: options.acknowledgements), into: &output)
    }

    override func take(_ effect: UhuraEffect) {
        switch effect {
        case .set(let data):
            guard machine.state == .greeting else { return apply(data) }
            if data.isWhole, let offeredID, data.sessionID(isFirst: true) == offeredID { isResumed = true }
            apply(data, except: isResumed ? unsaid : [])
        case .connected: connected()
        case .invalidated(let id):
            if let id { machine.write(acknowledgementOf: id, into: &output) }
            gateways.session = nil
            native.close(.invalidated, text: "the server has ended the session", control: &frames)
        case .started, .event, .acknowledged, .ignored, .malformed, .tooLong: break
        }
    }

    private func connected() {
        let isContinued = isResumed && isSessionKnown && claim?.id == uhura.id
        if isContinued { uhura.rewind() } else { begin() }
        if !isResumed { uhura.told.merge(offered) { max($0, $1) } }
        gateways.session = uhura
        link?.resumesElsewhere = isResumed && !isContinued
        let outcome: NativeSessionGrant.Outcome =
            isContinued
            ? .resumed
            : claim == nil || isResumed ? .new : .refused(why: "the server does not know the session any more")
        let grant = NativeSessionGrant(
            id: uhura.id, token: uhura.token, received: isContinued ? uhura.processedCount : 0, outcome: outcome)
        accept(
            NativeWelcome(
                node: NativeIdentifier(high: 0, low: 0), peer: sessionID, capabilities: [.sessions, .data],
                heartbeat: 0, session: grant))
        opened(from: isContinued ? claim?.received : nil)
    }

    private func begin() {
        let told = uhura.told
        uhura = Self.freshSession(environment)
        uhura.told = told
    }

    private var sessionID: String {
        let data = link?.data.all.map { UhuraData.Entry(key: $0.key, value: $0.encoded) } ?? []
        return UhuraData(data, isWhole: true).sessionID(isFirst: true) ?? ""
    }
}
