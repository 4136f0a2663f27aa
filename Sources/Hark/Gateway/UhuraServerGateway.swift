internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The server's side of Uhura: finds the session that a client names, or begins one, and holds what the client sends
/// meanwhile.
@EventLoop
final class UhuraServerGateway: UhuraGateway {
    private let sessions: UhuraSessions
    /// The id of a session that begins, by which the peer is known.
    private let freshName: String
    private let name: PeerName
    private var offered = UhuraData([], isWhole: true)
    private var offeredByteCount = 0
    /// The session that the client named and that lives.
    private var known: UhuraSession?

    init(_ wire: any Connection, _ sessions: UhuraSessions, _ context: GatewayContext) {
        self.sessions = sessions
        freshName = UhuraSessions.freshID(context.environment)
        name = PeerName(freshName)
        let none = NativeIdentifier(high: 0, low: 0)
        super.init(wire, .server, UhuraSession(id: none, token: none), context)
    }

    override var peerName: PeerName? { name }

    override func take(_ effect: UhuraEffect) {
        switch effect {
        case .set(let data):
            if machine.state == .open { apply(data, except: names) } else { offer(data) }
        case .started: started()
        case .connected, .invalidated, .event, .acknowledged, .ignored, .malformed, .tooLong: break
        }
    }

    /// The server names sessions: what a client says about it means nothing.
    private var names: Set<String> {
        machine.settings == .legacy ? [UhuraData.sessionKey, UhuraData.firstSessionKey] : [UhuraData.sessionKey]
    }

    /// What the client brings along is limited as the values of a session are.
    private func offer(_ data: UhuraData) {
        offered.entries += data.entries
        for entry in data.entries { offeredByteCount += 16 + entry.key.utf8.count + entry.value.count }
        guard offeredByteCount > limits.dataByteCount else { return }
        let text = "a client's data has \(offeredByteCount) bytes, and the limit is \(limits.dataByteCount)"
        fail(HarkError(.limit, text))
    }

    private func started() {
        let id = offered.sessionID(isFirst: machine.settings == .legacy)
        if let id, sessions.isInvalidated(id) {
            machine.writeInvalidation(id: freshID(), into: &output)
            return turnAway()
        }
        known = id.flatMap { sessions[$0] }
        if known == nil { begin() }
        let claim = known.map { NativeSessionClaim(id: $0.id, token: $0.token, received: $0.doneCount) }
        beginHolding()
        introduce(
            NativeHello(
                node: NativeIdentifier(high: 0, low: 0), capabilities: [.sessions, .data], heartbeat: 0, session: claim)
        )
    }

    /// The values of a new session are those that the client has brought along, and its id.
    private func begin() {
        guard let data = link?.data else { return }
        let names = names
        for entry in offered.entries where !names.contains(entry.key) {
            uhura.told[entry.key] = try? data.take(entry.key, entry.value)
        }
        uhura.told[UhuraData.sessionKey] = try? data.take(UhuraData.sessionKey, Self.encoded(freshName))
        offered.entries = []
    }

    override func renewClaim() -> UInt64? {
        guard let known else { return nil }
        known.rewind()
        native.claimed(received: known.doneCount)
        return known.doneCount
    }

    private static func encoded(_ text: String) -> [UInt8] {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        writer.write(text)
        return writer.bytes.takeBytes()
    }

    override func admitted(_ welcome: NativeWelcome) {
        let isResumed = welcome.session?.outcome == .resumed
        if isResumed, let known {
            uhura = known
            machine.write(whole: values, into: &output)
            for entry in link?.data.all ?? [] { uhura.told[entry.key] = entry.version }
            // It has values of its own.
            offered.entries = []
        } else {
            // The session has ended while the application decided.
            if known != nil { begin() }
            if let grant = welcome.session { keep(grant) }
            machine.write(sessionID: freshName, into: &output)
        }
        machine.writeConnect(id: freshID(), into: &output)
        opened(from: isResumed ? welcome.session?.received : nil)
        endHolding()
    }

    private func keep(_ grant: NativeSessionGrant) {
        let told = uhura.told
        uhura = UhuraSession(id: grant.id, token: grant.token)
        uhura.told = told
        sessions[freshName] = uhura
    }

    private var values: [UhuraData.Entry] {
        link?.data.all.map { UhuraData.Entry(key: $0.key, value: $0.encoded) } ?? []
    }

    override func willInvalidate() { machine.writeInvalidation(id: freshID(), into: &output) }
}
