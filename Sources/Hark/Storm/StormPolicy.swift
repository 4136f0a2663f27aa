/// What to do about a storm: two events that answer each other more than 10 000 times a second, for a second, with no
/// other event between them. `Limits.stormRate` and `Limits.stormDuration` say so.
///
/// In any case the log gets one warning, and `.storm` is fired once, when it begins. A storm is over after two seconds
/// without one; the next is told again.
public enum StormPolicy: Sendable, Hashable {
    /// Slow nothing. The default.
    case report
    /// Slow it to so many answers a second, 1 or more, by reading pauses of up to a second or half a heartbeat. What
    /// has arrived in such a pause is answered at once: as many events as were under way come through with each.
    /// What else comes over this connection waits as well; other connections do not. Between the listeners of this
    /// process, the local events that are emitted behind those of the storm wait too.
    case throttle(to: Int)
}
