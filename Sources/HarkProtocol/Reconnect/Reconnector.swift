/// Decides when to dial, how long to wait after a failure and when to give up.
///
/// ```
///        start           connected
///  idle ───────► dialing ──────────► connected
///                 ▲   │ lost             │ lost
///         advance │   ▼                  │
///                waiting ◄───────────────┘
///
///  stop, or the policy's end, from anywhere: stopped ── start ──► dialing
/// ```
/// `connected` is for the end of the handshake: a server that takes connections and refuses each is one that fails.
package struct Reconnector: Sendable {
    package enum State: Equatable, Sendable {
        /// Nothing was asked for yet.
        case idle
        /// An attempt is under way: the first is 1.
        case dialing(attempt: Int)
        case connected(since: Instant)
        /// The next attempt begins then.
        case waiting(attempt: Int, until: Instant)
        case stopped
    }

    /// When to give up. Without limits, never.
    package struct Policy: Equatable, Sendable {
        /// Attempts in a row that may fail.
        package var attemptsMax: Int?
        /// Milliseconds since the first attempt of the row.
        package var within: UInt64?
        /// Whether only the first wait after a loss is that of a loss.
        package var retriesAfterLoss: Bool

        package init(attemptsMax: Int? = nil, within: UInt64? = nil, retriesAfterLoss: Bool = false) {
            self.attemptsMax = attemptsMax
            self.within = within
            self.retriesAfterLoss = retriesAfterLoss
        }
    }

    /// 10 000 ms: a connection that breaks earlier counts as one more failure, or a server that fails at the first
    /// event would be dialled for ever without a pause.
    package static let stableDefault: UInt64 = 10_000
    /// An hour, in ms. No server can send its clients away for longer.
    package static let retryAfterMax: UInt64 = 3_600_000
    /// A minute, in ms: those who were sent away come back within it. 10 000 of them are 17 in 100 ms.
    package static let spreadMax: UInt64 = 60_000

    package private(set) var state = State.idle

    /// The waits until there was a first connection, and those after it.
    private var retry: Backoff
    private var reconnect: Backoff
    private var wasConnected = false
    private let policy: Policy
    private let stable: UInt64
    /// When the row of attempts began that has not succeeded so far.
    private var rowStart = Instant.zero
    /// Attempts in this row.
    private var attempts = 0

    /// - Parameters:
    ///   - retry: the waits until there is a first connection.
    ///   - reconnect: the waits when a connection was lost, and until there is one again.
    ///   - policy: when to give up.
    ///   - stable: milliseconds after which a connection counts as a success.
    package init(
        retry: Backoff = Backoff(), reconnect: Backoff = Backoff(), policy: Policy = Policy(),
        stable: UInt64 = stableDefault
    ) {
        self.retry = retry
        self.reconnect = reconnect
        self.policy = policy
        self.stable = stable
    }

    /// When `advance` wants to be called; nil means never.
    package var deadline: Instant? {
        switch state {
        case .waiting(_, let until): until
        case .dialing: policy.within.map { rowStart + $0 }
        case .idle, .connected, .stopped: nil
        }
    }

    // MARK: Inputs

    package enum StartAction: Equatable, Sendable {
        case dial
        /// It is under way already.
        case nothing
    }

    /// Connect, and stay connected.
    package mutating func start(_ now: Instant) -> StartAction {
        switch state {
        case .idle, .stopped:
            resetBackoffs()
            beginRow(now)
            state = .dialing(attempt: 1)
            return .dial
        case .dialing, .connected, .waiting:
            return .nothing
        }
    }

    package enum ConnectedAction: Equatable, Sendable {
        case use
        /// Nobody waits for it: it was given up, or another was first.
        case close
    }

    /// The handshake is complete.
    package mutating func connected(_ now: Instant) -> ConnectedAction {
        switch state {
        case .dialing:
            state = .connected(since: now)
            wasConnected = true
            return .use
        case .idle, .connected, .waiting, .stopped:
            return .close
        }
    }

    package enum LostAction: Equatable, Sendable {
        /// Nothing to do before `deadline`.
        case wait(until: Instant)
        /// The policy's end is reached.
        case giveUp
        /// It was expected.
        case nothing
    }

    /// The attempt failed, or the connection broke.
    ///
    /// - Parameter retryAfter: milliseconds that the server asked to stay away.
    package mutating func lost(
        _ now: Instant, retryAfter: UInt64 = 0, using generator: inout some RandomNumberGenerator
    ) -> LostAction {
        var isLoss = wasConnected
        switch state {
        case .idle, .waiting, .stopped:
            return .nothing
        case .connected(let since):
            if now.milliseconds(since: since) >= stable {
                resetBackoffs()
                beginRow(now)
                attempts = 0
            }
        case .dialing:
            if policy.retriesAfterLoss { isLoss = false }
        }
        if let attemptsMax = policy.attemptsMax, attempts >= attemptsMax { return giveUp() }
        let until = now + wait(retryAfter, isLoss, using: &generator)
        if let within = policy.within, until.milliseconds(since: rowStart) > within { return giveUp() }
        state = .waiting(attempt: attempts + 1, until: until)
        return .wait(until: until)
    }

    package enum AdvanceAction: Equatable, Sendable {
        case dial
        /// The attempt under way has taken too long.
        case giveUp
        case nothing
    }

    /// Time has passed. Safe to call at any moment.
    package mutating func advance(to now: Instant) -> AdvanceAction {
        switch state {
        case .waiting(_, let until):
            guard now >= until else { return .nothing }
            attempts += 1
            state = .dialing(attempt: attempts)
            return .dial
        case .dialing:
            guard let within = policy.within, now.milliseconds(since: rowStart) >= within else { return .nothing }
            state = .stopped
            return .giveUp
        case .idle, .connected, .stopped:
            return .nothing
        }
    }

    package enum StopAction: Equatable, Sendable {
        case cancelDial
        case close
        case nothing
    }

    /// Do not connect any more.
    package mutating func stop() -> StopAction {
        defer { state = .stopped }
        switch state {
        case .dialing: return .cancelDial
        case .connected: return .close
        case .idle, .waiting, .stopped: return .nothing
        }
    }

    // MARK: Inside

    /// Chance comes on top of the server's wish and is as long: all of its clients have received the same wish.
    private mutating func wait(
        _ retryAfter: UInt64, _ isLoss: Bool, using generator: inout some RandomNumberGenerator
    ) -> UInt64 {
        let wish = min(retryAfter, Self.retryAfterMax)
        let spread = min(wish, Self.spreadMax)
        if isLoss { return wish + reconnect.next(spread: spread, using: &generator) }
        return wish + retry.next(spread: spread, using: &generator)
    }

    private mutating func resetBackoffs() {
        retry.reset()
        reconnect.reset()
    }

    private mutating func beginRow(_ now: Instant) {
        rowStart = now
        attempts = 1
    }

    private mutating func giveUp() -> LostAction {
        state = .stopped
        return .giveUp
    }
}
