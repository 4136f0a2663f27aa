/// The clocks of a connection.
public struct Timing: Sendable, Hashable {
    /// 5 s: how long a connection may take to be made.
    public var connect: Duration = .seconds(5)

    /// 5 s: how long the handshake may take, the `authorize` hook included.
    public var handshake: Duration = .seconds(5)

    /// 5 s: when nothing was heard for that long the other side is asked; after three times that it is given up. The
    /// server decides for both. Zero turns it off.
    public var heartbeat: Duration = .seconds(5)

    /// 5 s: how long `close()` waits for what was emitted before to leave.
    public var close: Duration = .seconds(5)

    /// 100 ms: the longest pause before the first attempt to reconnect. It doubles with each failure. The real pause is
    /// a random part of it, so that many clients do not come back at the same moment.
    public var backoffMin: Duration = .milliseconds(100)

    /// 30 s: the longest pause before an attempt to reconnect.
    public var backoffMax: Duration = .seconds(30)

    /// The defaults.
    public init() {}
}

extension Duration {
    /// Whole milliseconds, not below 0.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000 + UInt64(max(0, attoseconds) / 1_000_000_000_000_000)
    }
}
