internal import HarkProtocol

/// How a client connects again, and when it gives up.
public struct Reconnection: Sendable, Hashable {
    /// The wait after a failed attempt, as long as there was no connection yet: a random part of 1 s, of 2 s after the
    /// next failure, and so on up to 30 s.
    public var retryDelay = RetryDelay.backoff(from: .seconds(1))

    /// The wait after the loss of a connection, and between the attempts to have one again: a random part of 100 ms, of
    /// 200 ms after the next failure, and so on up to 30 s.
    public var reconnectDelay = RetryDelay.backoff(from: .milliseconds(100))

    /// 10 s: a connection that breaks earlier counts as one more failure, so that a server which accepts and closes is
    /// not dialled without a pause. After a longer one the waits are short again. With zero they are after each.
    public var stableAfter: Duration = .seconds(10)

    /// Whether the waits after a loss are `retryDelay` again from the second on. No by default.
    public var retriesAfterLoss = false

    /// After how many failed attempts in a row to give up, at least 1. Nil, the default, is never. A connection that
    /// breaks before `stableAfter` is a failed attempt too.
    public var attemptsMax: Int?

    /// How long after the first attempt of the row to give up, an attempt under way included; at once when the next
    /// attempt would begin later. Nil, the default, is never.
    public var deadline: Duration?

    /// The defaults.
    public init() {}

    var reconnector: Reconnector {
        Reconnector(
            retry: retryDelay.backoff, reconnect: reconnectDelay.backoff,
            policy: Reconnector.Policy(
                attemptsMax: attemptsMax.map { max(1, $0) }, within: deadline?.milliseconds,
                retriesAfterLoss: retriesAfterLoss),
            stable: stableAfter.milliseconds)
    }
}
