/// What becomes of events when more than `Limits.queueByteCount` waits for a connection.
///
/// Only what was never sent gives way, and what stays keeps its order. An event that may have arrived, a request and a
/// reply stay whatever the policy; when only those are left, the new event is dropped. The forms of `emit` that are
/// awaited wait for room instead, whatever the policy.
public enum OverflowPolicy: Sendable, Hashable, CaseIterable {
    /// The new event is dropped, as `.queueFull`.
    case dropNewest

    /// The events that have waited longest are dropped, as `.overflow`, until there is room.
    case dropOldest

    /// Of each name only the newest event stays; the others are dropped, as `.superseded`. If that does not make room,
    /// they all stay, and the new event is dropped, as `.queueFull`. Looking for them reads the queue, which takes some
    /// milliseconds for 8 MiB of short events, and then there is room for as many.
    case latestPerName

    /// The new event is dropped, as `.queueFull`, and the other side is told that the connection ends for a limit. A
    /// client keeps its queue and connects again. A server's peer is closed for good and its queue dropped; its client
    /// comes back as a new one. Without a connection it is `dropNewest`.
    case close

    /// Whether others may give way to a new event.
    var makesRoom: Bool { self == .dropOldest || self == .latestPerName }
}
