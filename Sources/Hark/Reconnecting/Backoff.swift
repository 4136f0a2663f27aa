/// A pause before the next attempt to connect.
public struct Backoff: Sendable, Hashable {
    /// How many attempts have failed in a row; 0 when a stable connection was lost.
    public let attempt: Int
    /// How long the client waits.
    public let delay: Duration
}
