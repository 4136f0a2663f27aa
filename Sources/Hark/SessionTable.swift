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
        /// Ends the session; runs while there is no connection.
        fileprivate var timer: (any EventTimer)?
        fileprivate var deadline: UInt64?

        init(id: NativeIdentifier, token: NativeIdentifier, peer: Peer) {
            self.id = id
            self.token = token
            self.peer = peer
        }
    }

    private let options: Sessions
    private let environment: Environment
    private var sessions: [NativeIdentifier: Session] = [:]
    private var waiting: [Peer.ID: Session] = [:]

    init(_ options: Sessions, _ environment: Environment) {
        self.options = options
        self.environment = environment
    }

    var isEnabled: Bool { options.isEnabled }

    /// The peers that are waited for.
    var waitingPeers: [Peer] { waiting.values.map(\.peer) }

    /// The peer of this name, if it is waited for.
    func waitingPeer(_ id: Peer.ID) -> Peer? { waiting[id]?.peer }

    /// The session that `claim` proves to be its own.
    func find(_ claim: NativeSessionClaim) -> Session? {
        guard let session = sessions[claim.id], session.token.isSecretlyEqual(to: claim.token) else { return nil }
        return session
    }

    /// A session for a new peer; nil when there are too many.
    func begin(_ peer: Peer) -> Session? {
        if sessions.count >= options.count {
            guard let oldest = waiting.values.min(by: { ($0.deadline ?? 0) < ($1.deadline ?? 0) }) else { return nil }
            oldest.peer.expire("too many sessions wait for their clients")
        }
        var random = EnvironmentRandom(environment)
        let session = Session(
            id: NativeIdentifier(using: &random), token: NativeIdentifier(using: &random), peer: peer)
        sessions[session.id] = session
        return session
    }

    /// The client is back.
    func resume(_ session: Session) {
        session.timer?.cancel()
        session.deadline = nil
        waiting[session.peer.id] = nil
    }

    /// The connection is lost: the session waits for its client.
    func wait(_ session: Session) {
        let deadline = environment.clock.now + options.expiry.milliseconds
        let timer =
            session.timer
            ?? environment.clock.timer { [weak session] in session?.peer.expire("its time was over") }
        session.timer = timer
        session.deadline = deadline
        waiting[session.peer.id] = session
        timer.schedule(at: deadline)
    }

    /// The session is over.
    func end(_ session: Session) {
        resume(session)
        sessions[session.id] = nil
    }
}
