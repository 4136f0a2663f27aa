import Hark

/// One thing that `listen` or `connect` tells on standard output.
enum Report {
    case event(name: String, arguments: [Value], from: Peer.ID?, isRedelivered: Bool)
    case request(id: Int, name: String, arguments: [Value], from: Peer.ID?)
    case listening(Endpoint)
    case connect(Peer.ID?)
    case reconnect
    case disconnect(Peer.ID?, reason: String)
    /// So many attempts have failed; the next one is made after so long.
    case backoff(attempt: Int, delay: Duration)
    /// The other side has changed values that both share; null for one that is gone.
    case set(Value.Object, from: Peer.ID?)
    /// An event was acknowledged.
    case ack(name: String)
    case error(String)
    /// Another member of the group has come or gone. For people: a group has no connections to tell scripts of.
    case member(String, at: Endpoint, isThere: Bool)
    /// What has become of all events that were emitted.
    case end(Statistics)

    /// Whether it tells of addresses or connections, not of what came through them.
    var isAboutConnections: Bool {
        switch self {
        case .listening, .connect, .reconnect, .disconnect, .backoff, .member: true
        case .event, .request, .set, .ack, .error, .end: false
        }
    }

    /// Whether it is part of the contract.
    var isForScripts: Bool {
        switch self {
        case .backoff, .member: false
        case .event, .request, .listening, .connect, .reconnect, .disconnect, .set, .ack, .error, .end: true
        }
    }
}
