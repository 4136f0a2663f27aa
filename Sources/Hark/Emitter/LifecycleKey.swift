/// What happens to an emitter itself. Lifecycle has keys of its own, so that no peer can fire it by choosing a name.
public struct LifecycleKey<Payload: Sendable>: Sendable {
    let name: String

    init(_ name: String) { self.name = name }
}

extension LifecycleKey where Payload == Void {
    /// Client: the connection is open, the first time and every time.
    public static var connect: LifecycleKey { LifecycleKey("connect") }
    /// Client: the connection is open again. Always right after `connect`.
    public static var reconnect: LifecycleKey { LifecycleKey("reconnect") }
    /// What was queued above the high-water mark has been sent.
    public static var drain: LifecycleKey { LifecycleKey("drain") }
    /// Group: takes part. Every time it was started.
    public static var start: LifecycleKey { LifecycleKey("start") }
    /// Group: takes part no more, until it is started again.
    public static var stop: LifecycleKey { LifecycleKey("stop") }
    /// The emitter is closed for good.
    public static var close: LifecycleKey { LifecycleKey("close") }
}

extension LifecycleKey where Payload == HarkError {
    /// The connection is lost; a client goes on trying.
    public static var disconnect: LifecycleKey { LifecycleKey("disconnect") }
    /// Client: an attempt to connect failed. May repeat.
    public static var connectError: LifecycleKey { LifecycleKey("connectError") }
    /// Client: makes no further attempt, see `Reconnection`. Once each time; `connect()` starts anew.
    public static var giveUp: LifecycleKey { LifecycleKey("giveUp") }
    /// Something went wrong that ends nothing: a listener threw, a peer broke the protocol, an event was dropped.
    /// In the socket-ipc dialect these listeners stay when the emitter closes: what is sent later is told to them.
    public static var error: LifecycleKey { LifecycleKey("error") }
}

extension LifecycleKey where Payload == String {
    /// A listener is about to be added; what is added from here comes ahead of it. The payload is the event's name, for
    /// `on(matching:)` the pattern, for `onAny` the pattern that fits everything, `>`.
    public static var newListener: LifecycleKey { LifecycleKey("newListener") }
    /// A listener was removed, by hand or because it was a `once`; not because its emitter closes. The payload is that
    /// of `newListener`.
    public static var removeListener: LifecycleKey { LifecycleKey("removeListener") }
}

extension LifecycleKey where Payload == Storm {
    /// Two events answer each other without an end. Once when it begins; see `StormPolicy`. What a peer
    /// takes part in is told to the peer and to its server.
    public static var storm: LifecycleKey { LifecycleKey("storm") }
}

extension LifecycleKey where Payload == Backoff {
    /// Client: waits before the next attempt, see `Client.nextAttempt`.
    public static var backoff: LifecycleKey { LifecycleKey("backoff") }
}

extension LifecycleKey where Payload == Endpoint {
    /// Server: connections are accepted at this address, with the port really bound. Group: its address, with the port
    /// that the others need.
    public static var listening: LifecycleKey { LifecycleKey("listening") }
}

extension LifecycleKey where Payload == SharedData.Change {
    /// Client and peer: the other side has set or removed a value of `data`.
    public static var dataChange: LifecycleKey { LifecycleKey("dataChange") }
}

extension LifecycleKey where Payload == [SharedData.Change] {
    /// Client and peer: the other side has set or removed values of `data`: all those of one message together, after
    /// `dataChange` was fired for each.
    public static var dataChanges: LifecycleKey { LifecycleKey("dataChanges") }
}

extension LifecycleKey where Payload == SlowConsumer {
    /// More than `Limits.highWaterByteCount` has waited over one connection for longer than `Timing.slowConsumer`.
    /// Client and peer, and the server of the peer. Once until the queue has fallen to `Limits.lowWaterByteCount` or
    /// the connection has ended.
    public static var slowConsumer: LifecycleKey { LifecycleKey("slowConsumer") }
}

extension LifecycleKey where Payload == Peer {
    /// Server: a client's handshake is complete.
    public static var connection: LifecycleKey { LifecycleKey("connection") }
}

extension LifecycleKey where Payload == MulticastGroup.Member {
    /// Group: a member is heard for the first time, or again after it had left.
    public static var memberJoined: LifecycleKey { LifecycleKey("memberJoined") }
    /// Group: a member has said goodbye, or was silent for too long.
    public static var memberLeft: LifecycleKey { LifecycleKey("memberLeft") }
}

extension LifecycleKey where Payload == MulticastGroup.Loss {
    /// Group: events of a member were lost and will not come any more.
    public static var loss: LifecycleKey { LifecycleKey("loss") }
}

extension LifecycleKey where Payload == MulticastGroup.Congestion {
    /// Group: a receiver that is waited for holds up what this member sends, or does so no more.
    public static var congestion: LifecycleKey { LifecycleKey("congestion") }
}
