internal import HarkProtocol

/// The sessions of a server in the Uhura dialect, by the ids that clients know them by.
///
/// How long they live is for the server's own sessions to say, which have the same limits: each of these ends with its
/// peer. An id is 24 random characters; it is all that a client shows to go on with a session.
@EventLoop
final class UhuraSessions {
    /// 24 characters out of 62, as the original's: 142 bits.
    private static let idByteCount = 24
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    private var sessions: [String: UhuraSession] = [:]
    /// Sessions that were ended for good, whose clients may not know it yet.
    private var invalidated: Set<String> = []
    private var invalidatedOrder: [String] = []
    /// 1 000, the newest: whose client comes back later begins anew all the same, with what it remembers.
    private static let invalidatedCountMax = 1_000

    /// The session with this id, if it lives.
    subscript(id: String) -> UhuraSession? {
        get { sessions[id] }
        set { sessions[id] = newValue }
    }

    func invalidate(_ id: String) {
        sessions[id] = nil
        guard invalidated.insert(id).inserted else { return }
        invalidatedOrder.append(id)
        if invalidatedOrder.count > Self.invalidatedCountMax { invalidated.remove(invalidatedOrder.removeFirst()) }
    }

    /// Whether a client with this id is to be told that its session is over.
    func isInvalidated(_ id: String) -> Bool { invalidated.contains(id) }

    /// An id that nobody can guess.
    static func freshID(_ environment: Environment) -> String {
        var random = EnvironmentRandom(environment)
        return String((0..<idByteCount).map { _ in alphabet.randomElement(using: &random) ?? "A" })
    }
}
