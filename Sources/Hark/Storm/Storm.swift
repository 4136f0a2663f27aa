/// Two events that answer each other without an end: a listener of the one emits the other, whose listener, here or at
/// the other side, emits the first again.
public struct Storm: Sendable, Hashable {
    /// The name of the event that is heard.
    public let heard: String

    /// The name of the event that its listener emits. The same as `heard` when an event answers itself.
    public let answer: String

    /// How many answers a second were emitted here in the second in which the storm was noticed.
    public let rate: Int

    /// Server: which peer takes part; nil on a client, and when both events stay in this process.
    public let peer: Peer.ID?
}
