public import HarkWire

/// How a client introduces itself, for a server's `authorize` hook.
public struct Hello: Sendable, Hashable {
    /// The client's node: 32 hexadecimal digits, new for each client object.
    public let node: String

    /// What the client was given as `credentials`; null when nothing.
    public let credentials: Value
}
