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
    /// What was offered, which a server takes only when a session begins.
    private var offered: [(key: String, version: UInt64, encoded: [UInt8])] = []

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
        offered = data
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
            guard data.isWhole, let offeredID, data.sessionID(isFirst: true) == offeredID else { return apply(data) }
            isResumed = true
            apply(data, except: unsaid(data))
        case .connected: connected()
        case .invalidated(let id):
            if let id { machine.write(acknowledgementOf: id, into: &output) }
            gateways.session = nil
            native.close(.invalidated, text: "the server has ended the session", control: &frames)
        case .started, .event, .acknowledged, .ignored, .malformed, .tooLong: break
        }
    }

    /// Keys that were set here, and of which the server knows nothing: it has for them what it had before.
    private func unsaid(_ data: UhuraData) -> Set<String> {
        guard let link else { return [] }
        let theirs = Dictionary(data.entries.map { ($0.key, $0.value) }) { $1 }
        var keys: Set<String> = []
        for (key, _, _) in link.data.all where key != UhuraData.sessionKey && !link.data.isConfirmed(key) {
            guard theirs[key] == uhura.heard[key] || theirs[key] == uhura.said[key] else { continue }
            uhura.told[key] = nil
            keys.insert(key)
        }
        return keys
    }

    private func connected() {
        let isContinued = isResumed && isSessionKnown && claim?.id == uhura.id
        if isContinued { uhura.rewind() } else { begin() }
        if !isResumed { toldAll() }
        gateways.session = uhura
        link?.resumesElsewhere = isResumed && !isContinued
        let outcome: NativeSessionGrant.Outcome =
            isContinued
            ? .resumed
            : claim == nil || isResumed ? .new : .refused(why: "the server does not know the session any more")
        let grant = NativeSessionGrant(
            id: uhura.id, token: uhura.token, received: isContinued ? uhura.doneCount : 0, outcome: outcome)
        accept(
            NativeWelcome(
                node: NativeIdentifier(high: 0, low: 0), peer: sessionID, capabilities: [.sessions, .data],
                heartbeat: 0, session: grant))
        opened(from: isContinued ? claim?.received : nil)
    }

    private func begin() {
        let (told, heard, said) = (uhura.told, uhura.heard, uhura.said)
        uhura = Self.freshSession(environment)
        (uhura.told, uhura.heard, uhura.said) = (told, heard, said)
    }

    /// The server has begun a session with all that was offered.
    private func toldAll() {
        for (key, version, encoded) in offered where uhura.told[key] ?? 0 <= version {
            uhura.told[key] = version
            uhura.heard[key] = encoded
        }
    }

    private var sessionID: String {
        let data = link?.data.all.map { UhuraData.Entry(key: $0.key, value: $0.encoded) } ?? []
        return UhuraData(data, isWhole: true).sessionID(isFirst: true) ?? ""
    }
}
