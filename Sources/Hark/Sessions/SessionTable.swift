internal import HarkProtocol
internal import HarkUV

/// The sessions of a server.
@EventLoop
final class SessionTable {
    /// One client's session.
    @EventLoop
    final class Session {
        let id: NativeIdentifier
        let token: NativeIdentifier
        let peer: Peer

        init(id: NativeIdentifier, token: NativeIdentifier, peer: Peer) {
            self.id = id
            self.token = token
            self.peer = peer
        }

        /// What a store keeps of it.
        var record: SessionRecord { SessionRecord(token: token, peer: peer.number, data: peer.data.stored) }
    }

    /// A session without a connection.
    private struct Waiting {
        let session: Session
        let deadline: UInt64
        /// Ends the session.
        let timer: any EventTimer
    }

    private let options: Sessions
    private let environment: Environment
    private var sessions: [NativeIdentifier: Session] = [:]
    /// By the numbers of their peers.
    private var waiting: [UInt64: Waiting] = [:]
    /// Sessions that were invalidated, for clients that have not heard of it, oldest first: as many as there may be
    /// sessions.
    private var invalidated: [(session: NativeSessionClaim, deadline: UInt64)] = []

    init(_ options: Sessions, _ environment: Environment) {
        self.options = options
        self.environment = environment
    }

    var isEnabled: Bool { options.isEnabled }

    /// The peers that are waited for.
    var waitingPeers: [Peer] { waiting.values.map(\.session.peer) }

    /// The peer with this number, if it is waited for.
    func waitingPeer(_ number: UInt64) -> Peer? { waiting[number]?.session.peer }

    /// The session that `claim` proves to be its own.
    func find(_ claim: NativeSessionClaim) -> Session? {
        guard let session = sessions[claim.id], session.token.isSecretlyEqual(to: claim.token) else { return nil }
        return session
    }

    /// A session for a new peer; nil when there are too many.
    func begin(_ peer: Peer) -> Session? {
        if sessions.count >= options.count {
            guard let oldest = waiting.values.min(by: { $0.deadline < $1.deadline }) else { return nil }
            oldest.session.peer.expire("too many sessions wait for their clients")
        }
        var random = EnvironmentRandom(environment)
        let session = Session(
            id: NativeIdentifier(using: &random), token: NativeIdentifier(using: &random), peer: peer)
        sessions[session.id] = session
        return session
    }

    /// The client is back.
    func resume(_ session: Session) {
        waiting.removeValue(forKey: session.peer.number)?.timer.cancel()
    }

    /// The connection is lost: the session waits for its client.
    func wait(_ session: Session) {
        let deadline = environment.clock.now + options.expiry.milliseconds
        let timer = environment.clock.timer { [weak session] in session?.peer.expire("its time was over") }
        waiting[session.peer.number] = Waiting(session: session, deadline: deadline, timer: timer)
        timer.schedule(at: deadline)
    }

    /// The session is over, and its client is to be told so if it comes back.
    func invalidate(_ session: Session) {
        end(session)
        let now = environment.clock.now
        invalidated.removeAll { $0.deadline <= now }
        if invalidated.count >= options.count { invalidated.removeFirst() }
        let claim = NativeSessionClaim(id: session.id, token: session.token, received: 0)
        invalidated.append((claim, now + options.expiry.milliseconds))
    }

    /// Whether a client claims a session that was invalidated.
    func isInvalidated(_ claim: NativeSessionClaim) -> Bool {
        invalidated.contains { $0.session.id == claim.id && $0.session.token.isSecretlyEqual(to: claim.token) }
    }

    /// The session is over.
    func end(_ session: Session) {
        resume(session)
        sessions[session.id] = nil
    }
}
