/// The clocks of a connection.
public struct Timing: Sendable, Hashable {
    /// 5 s: how long a connection may take to be made.
    public var connect: Duration = .seconds(5)

    /// 5 s: how long the handshake may take, the `authorize` hook included.
    public var handshake: Duration = .seconds(5)

    /// 5 s: when nothing was heard for that long the other side is asked; after three times that it is given up. The
    /// server decides for both. Zero turns it off.
    public var heartbeat: Duration = .seconds(5)

    /// 30 s: how long a frame may take to arrive, from its first byte to its last, and as long again for each 16 KiB of
    /// it. A connection on which one takes longer is closed. Zero turns it off.
    public var frame: Duration = .seconds(30)

    /// 5 s: how long `close()` waits for what was emitted before to leave.
    public var close: Duration = .seconds(5)

    /// 5 s: when more than `Limits.highWaterByteCount` has waited that long over one connection, the other side is a
    /// slow consumer: `.slowConsumer` is fired, and `Limits.slowConsumer` says what is done. Zero turns it off.
    public var slowConsumer: Duration = .seconds(5)

    /// The defaults.
    public init() {}
}
