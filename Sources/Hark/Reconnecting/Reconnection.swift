internal import HarkProtocol

/// How a client connects again.
public struct Reconnection: Sendable, Hashable {
    /// The wait after a failed attempt, as long as there was no connection yet: a random part of 1 s, of 2 s after the
    /// next failure, and so on up to 30 s.
    public var retryDelay = RetryDelay.backoff(from: .seconds(1))

    /// The wait after the loss of a connection, and between the attempts to have one again: a random part of 100 ms, of
    /// 200 ms after the next failure, and so on up to 30 s.
    public var reconnectDelay = RetryDelay.backoff(from: .milliseconds(100))

    /// 10 s: a connection that breaks earlier counts as one more failure, so that a server which accepts and closes is
    /// not dialled without a pause. After a longer one the waits are short again.
    public var stableAfter: Duration = .seconds(10)

    /// The defaults.
    public init() {}

    func reconnector(reconnects: Bool) -> Reconnector {
        Reconnector(
            retry: retryDelay.backoff, reconnect: reconnectDelay.backoff,
            policy: Reconnector.Policy(attemptsMax: reconnects ? nil : 1), stable: stableAfter.milliseconds)
    }
}
