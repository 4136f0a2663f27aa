internal import Logging

/// A side that takes what is sent to it more slowly than it is emitted: more than `Limits.highWaterByteCount` has
/// waited for longer than `Timing.slowConsumer`. The payload of `.slowConsumer`.
public struct SlowConsumer: Sendable, Hashable {
    /// Which peer of the server it is; nil when a client's server is slow.
    public let peer: Peer.ID?

    /// What waits to be sent, in bytes.
    public let queuedByteCount: Int

    /// Events that have not begun to leave.
    public let queuedEventCount: Int

    /// For how long more than the high-water mark has waited over this connection.
    public let duration: Duration

    /// What is done about it, see `Limits.slowConsumer`.
    public let policy: SlowConsumerPolicy

    /// Nobody listens.
    func log(to logger: Logger) {
        var metadata: Logger.Metadata = [
            "bytes": "\(queuedByteCount)", "events": "\(queuedEventCount)", "policy": "\(policy)",
        ]
        if let peer { metadata["peer"] = "\(peer)" }
        logger.info("slow consumer", metadata: metadata)
    }
}

/// What is done about a side that is slow, besides telling of it.
public enum SlowConsumerPolicy: Sendable, Hashable, CaseIterable {
    /// Nothing. When the queue is full, `Limits.overflow` says which events are dropped.
    case drop

    /// New events are dropped, as `.paused`, until the queue has fallen to `Limits.lowWaterByteCount` or the connection
    /// ends. What waits is sent.
    case pause

    /// The connection ends, and the other side is told that it does so for a limit. A client keeps its queue and
    /// connects again. A server's peer is closed for good and its queue dropped; its client comes back as a new one.
    case disconnect
}
