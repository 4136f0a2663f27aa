internal import HarkProtocol
internal import HarkUV

/// The sessions of a server. Each belongs to a peer, which knows its token; its name is made of the server's and the
/// peer's number.
@EventLoop
final class SessionTable {
    /// A session without a connection.
    private struct Waiting {
        let peer: Peer
        let deadline: UInt64
        /// Ends the session.
        let timer: any EventTimer
    }

    private let options: Sessions
    private let environment: Environment
    /// The first half of all sessions' names: the next process of this server has another.
    private let serverNumber: UInt64
    private var count = 0
    /// By the numbers of their peers.
    private var waiting: [UInt64: Waiting] = [:]
    /// Sessions that were invalidated, for clients that have not heard of it, oldest first: as many as there may be
    /// sessions.
    private var invalidated: [(session: NativeSessionClaim, deadline: UInt64)] = []

    init(_ options: Sessions, _ environment: Environment) {
        self.options = options
        self.environment = environment
        serverNumber = environment.random()
    }

    var isEnabled: Bool { options.isEnabled }

    /// The peers that are waited for.
    var waitingPeers: [Peer] { waiting.values.map(\.peer) }

    /// The peer with this number, if it is waited for.
    func waitingPeer(_ number: UInt64) -> Peer? { waiting[number]?.peer }

    /// The name of a peer's session.
    func id(of peer: Peer) -> NativeIdentifier { NativeIdentifier(high: serverNumber, low: peer.number) }

    /// The number of the peer that `claim` is about, if the session was begun here.
    func peerNumber(in claim: NativeSessionClaim) -> UInt64? {
        claim.id.high == serverNumber ? claim.id.low : nil
    }

    /// Begins the session of a new peer.
    ///
    /// - Returns: its token; nil when there are too many.
    func begin() -> NativeIdentifier? {
        if count >= options.count {
            guard let oldest = waiting.values.min(by: { $0.deadline < $1.deadline }) else { return nil }
            oldest.peer.expire("too many sessions wait for their clients")
        }
        count += 1
        var random = EnvironmentRandom(environment)
        return NativeIdentifier(using: &random)
    }

    /// The client is back.
    func resume(_ peer: Peer) {
        waiting.removeValue(forKey: peer.number)?.timer.cancel()
    }

    /// The connection is lost: the session waits for its client.
    func wait(_ peer: Peer) {
        let deadline = environment.clock.now + options.expiry.milliseconds
        let timer = environment.clock.timer { [unowned peer] in peer.expire("its time was over") }
        waiting[peer.number] = Waiting(peer: peer, deadline: deadline, timer: timer)
        timer.schedule(at: deadline)
    }

    /// The session is over, and its client is to be told so if it comes back.
    func invalidate(_ peer: Peer, _ token: NativeIdentifier) {
        end(peer)
        let now = environment.clock.now
        invalidated.removeAll { $0.deadline <= now }
        if invalidated.count >= options.count { invalidated.removeFirst() }
        let claim = NativeSessionClaim(id: id(of: peer), token: token, received: 0)
        invalidated.append((claim, now + options.expiry.milliseconds))
    }

    /// Whether a client claims a session that was invalidated.
    func isInvalidated(_ claim: NativeSessionClaim) -> Bool {
        invalidated.contains { $0.session.id == claim.id && $0.session.token.isSecretlyEqual(to: claim.token) }
    }

    /// The session is over.
    func end(_ peer: Peer) {
        resume(peer)
        count -= 1
    }
}
