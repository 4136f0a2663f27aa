internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The server's side of Uhura: finds the session that a client names, or begins one, and holds what the client sends
/// meanwhile.
@EventLoop
final class UhuraServerGateway: UhuraGateway {
    private let sessions: UhuraSessions
    private let name: PeerName
    private var offered = UhuraData([], isWhole: true)
    /// The session that the client named and that lives.
    private var known: UhuraSession?

    init(_ wire: any Connection, _ sessions: UhuraSessions, _ context: GatewayContext) {
        self.sessions = sessions
        name = PeerName(UhuraSessions.freshID(context.environment))
        let none = NativeIdentifier(high: 0, low: 0)
        super.init(wire, .server, UhuraSession(id: none, token: none), context)
    }

    override var peerName: PeerName? { name }

    override func take(_ effect: UhuraEffect) {
        switch effect {
        case .set(let data):
            // The server names sessions.
            let names: Set<String> = [UhuraData.sessionKey, UhuraData.firstSessionKey]
            if machine.state == .open { apply(data, except: names) } else { offer(data) }
        case .started: started()
        case .connected, .invalidated, .event, .acknowledged, .ignored, .malformed, .tooLong: break
        }
    }

    /// What the client brings along is limited as the values of a session are.
    private func offer(_ data: UhuraData) {
        offered.entries += data.entries
        let byteCount = offered.entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
        guard byteCount > limits.dataByteCount else { return }
        fail(HarkError(.limit, "a client's data has \(byteCount) bytes, and the limit is \(limits.dataByteCount)"))
    }

    private func started() {
        if let id = offered.sessionID, sessions.isInvalidated(id) {
            machine.writeInvalidation(id: freshID(), into: &output)
            return endOutput()
        }
        known = offered.sessionID.flatMap { sessions[$0] }
        if known == nil { begin() }
        let claim = known.map { NativeSessionClaim(id: $0.id, token: $0.token, received: $0.processedCount) }
        beginHolding()
        introduce(
            NativeHello(
                node: NativeIdentifier(high: 0, low: 0), capabilities: [.sessions, .data], heartbeat: 0, session: claim)
        )
    }

    /// The values of a new session are those that the client has brought along, and its id.
    private func begin() {
        let names: Set<String> = [UhuraData.sessionKey, UhuraData.firstSessionKey]
        guard let data = link?.data else { return }
        for entry in offered.entries where !names.contains(entry.key) { _ = try? data.take(entry.key, entry.value) }
        _ = try? data.take(UhuraData.sessionKey, Self.encoded(name.text))
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
        } else {
            if let grant = welcome.session {
                uhura = UhuraSession(id: grant.id, token: grant.token)
                sessions[name.text] = uhura
            }
            machine.write(sessionID: name.text, into: &output)
        }
        for entry in link?.data.all ?? [] { told[entry.key] = entry.version }
        machine.writeConnect(id: freshID(), into: &output)
        opened(from: isResumed ? welcome.session?.received : nil)
        endHolding()
    }

    private var values: [UhuraData.Entry] {
        link?.data.all.map { UhuraData.Entry(key: $0.key, value: $0.encoded) } ?? []
    }

    override func willInvalidate() { machine.writeInvalidation(id: freshID(), into: &output) }
}
