/// What became of an event at the moment it was emitted.
public enum EmitResult: Sendable, Equatable {
    /// It leaves with this turn's write. Where it stays in the process: its listeners have run.
    case written
    /// It waits: there is no connection, the connection takes no more at the moment, the caller is not on the loop; or,
    /// where it stays in the process, another event is being dispatched.
    case queued
    /// It concerned nobody: there are no peers, or no listeners where it stays in the process.
    case noListeners
    /// It will never be sent.
    case dropped(DropReason)
}

/// Why an event was not sent.
public enum DropReason: String, Sendable, Hashable, CaseIterable {
    /// The emitter is closed.
    case closed
    /// The queue of the peer is full, see `Limits.queueByteCount`.
    case queueFull
    /// Newer events needed the room, see `OverflowPolicy.dropOldest`. Said of an event that was `.queued`.
    case overflow
    /// A newer event of the same name needed the room, see `OverflowPolicy.latestPerName`. Said of an event that was
    /// `.queued`.
    case superseded
    /// The other side is slow and gets nothing new before it has caught up, see `SlowConsumerPolicy.pause`.
    case paused
    /// Its time to live was over before it could be sent. Said of an event that was `.queued`, or had none left.
    case expired
    /// Other threads have posted more than the loop could take, 64 MiB.
    case mailboxFull
    /// It is longer than the other side accepts, see `Limits.frameByteCount`.
    case tooLarge
    /// An argument could not be encoded.
    case notEncodable
    /// The name is longer than 255 bytes, or than 1 KiB in the Eventcast dialect.
    case nameTooLong
    /// A volatile event that could not leave at once.
    case volatile
    /// There is no peer of that name.
    case unknownPeer
    /// There is no connection, and the dialect keeps nothing for the next one.
    case notConnected
    /// The wire of the dialect carries fewer arguments.
    case tooManyArguments
    /// The group is stopped: its own listeners have heard it where the echo policy says so, nobody else.
    case stopped
    /// An event of another node that was to be passed on: too much waits for a neighbour.
    case relayFull
    /// The name belongs to the protocol of the dialect: the other side would take the event for something else.
    case reservedName
}
