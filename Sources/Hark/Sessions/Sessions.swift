/// Sessions: what outlives a connection.
///
/// A client that comes back within `expiry` finds its `Peer` as it left it: the same object with the same listeners,
/// and what either side has emitted meanwhile is delivered once.
public struct Sessions: Sendable, Hashable {
    /// 120 s: how long a peer whose connection is lost is kept. Zero keeps none.
    public var expiry: Duration = .seconds(120)

    /// Server: 10 000 sessions, connected or not. Beyond, the one that has waited longest ends; when all are connected,
    /// further clients get none.
    public var count = 10_000

    /// The defaults.
    public init() {}

    /// No sessions: each connection is a new peer.
    public static var none: Sessions {
        var sessions = Sessions()
        sessions.expiry = .zero
        return sessions
    }

    var isEnabled: Bool { expiry > .zero && count > 0 }
}

/// How a connection relates to those before it.
public enum Resumption: Sendable, Hashable {
    /// A session begins.
    case new
    /// The session goes on: nothing is lost and nothing comes twice.
    case resumed
    /// The session could not go on, and a new one begins. What was emitted in the old one and not acknowledged comes
    /// again, marked as redelivered.
    case refused(why: String)
}
