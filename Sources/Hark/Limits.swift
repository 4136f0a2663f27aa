/// What an emitter accepts from a peer and keeps for it. Every limit is per connection unless it says otherwise.
public struct Limits: Sendable, Hashable {
    /// 1 MiB: the longest frame accepted, in bytes. A longer one is refused before it is read.
    public var frameByteCount = 1 << 20

    /// 8 MiB: what may wait to be sent, in bytes. Beyond, `overflow` decides, and requests of the other side are
    /// refused with `.limit`.
    public var queueByteCount = 8 << 20

    /// What becomes of events beyond `queueByteCount`. New ones are dropped by default, as `.queueFull`.
    public var overflow = OverflowPolicy.dropNewest

    /// What is done about a side that does not take what waits for it. Nothing by default, besides telling.
    public var slowConsumer = SlowConsumerPolicy.drop

    /// 1 MiB: more queued bytes than that are congestion, whose end is told by `.drain`.
    public var highWaterByteCount = 1 << 20

    /// 256 KiB: when so few bytes are queued again, `.drain` is fired.
    public var lowWaterByteCount = 256 << 10

    /// 8 MiB: what the other side may send without an acknowledgement, in bytes.
    public var windowByteCount = 8 << 20

    /// 65 536 events that the other side may send without an acknowledgement.
    public var windowEventCount = 1 << 16

    /// 64 KiB: keys and values of the shared data, in bytes, and 16 more for each key.
    public var dataByteCount = 64 << 10

    /// 4 096 event names with a number. Names beyond travel in full.
    public var nameCount = 4_096

    /// 65 536 requests that wait for their reply, and as many of the other side's that are worked on.
    public var requestCount = 1 << 16

    /// Server: 1 000 peers at the same time. Further ones are told so.
    public var peerCount = 1_000

    /// Server: 128 connections whose handshake is not complete. Further ones wait in the system's queue until there is
    /// room; a transport that has no such queue closes them.
    public var handshakeCount = 128

    /// 10 000 answers a second: when the listeners of two events answer each other more often than that, it is a storm,
    /// see `StormPolicy`. People do not cause so many, and two listeners over a socket several times as many. `Int.max`
    /// switches it off.
    public var stormRate = 10_000

    /// 1 s: how long there must be so many, with no other event between them; a burst is shorter.
    public var stormDuration: Duration = .seconds(1)

    /// The defaults.
    public init() {}
}
