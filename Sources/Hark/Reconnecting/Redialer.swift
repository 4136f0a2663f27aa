internal import HarkProtocol
internal import HarkUV

/// Makes connections for a client: dials, waits after a failure, and dials again.
@EventLoop
final class Redialer {
    weak var owner: (any RedialerOwner)?

    private let endpoint: Endpoint
    private let options: Client.Options
    private let environment: Environment
    private var reconnector: Reconnector
    private var attempt: (any DialAttempt)?
    /// What the latest attempt failed with.
    private var lastError: HarkError?
    private lazy var dialTimer = environment.clock.timer { [weak self] in self?.dialTimedOut() }
    private lazy var retryTimer = environment.clock.timer { [weak self] in self?.advance() }

    init(to endpoint: Endpoint, options: Client.Options) {
        self.endpoint = endpoint
        self.options = options
        environment = options.environment
        reconnector = options.reconnection.reconnector(reconnects: options.reconnects)
    }

    private var now: Instant { Instant(milliseconds: environment.clock.now) }

    /// How long until the next attempt; nil when none is waited for.
    var nextAttempt: Duration? {
        guard case .waiting(_, let until) = reconnector.state else { return nil }
        return .milliseconds(until.milliseconds(since: now))
    }

    // MARK: What the client says

    /// Starts to dial.
    ///
    /// - Returns: false when it is under way already.
    func start() -> Bool {
        guard reconnector.start(now) == .dial else { return false }
        lastError = nil
        arm()
        dial()
        return true
    }

    /// The handshake is complete.
    ///
    /// - Returns: false when the connection is not wanted any more.
    func opened() -> Bool {
        guard reconnector.connected(now) == .use else { return false }
        arm()
        return true
    }

    /// The connection has ended, before or after its handshake was complete.
    ///
    /// - Parameter retryAfter: milliseconds that the server asked to stay away.
    func lost(_ error: HarkError, retryAfter: UInt64) {
        switch reconnector.state {
        case .connected: settle(error, isLoss: true, retryAfter)
        case .dialing: settle(error, isLoss: false, retryAfter)
        case .idle, .waiting, .stopped: break
        }
    }

    /// Stops for good, or until the next `start`.
    ///
    /// - Returns: whether there is a connection to say goodbye over.
    func stop() -> Bool {
        let isConnected = reconnector.stop() == .close
        cancel()
        return isConnected
    }

    // MARK: Dialling

    private func dial() {
        dialTimer.schedule(at: environment.clock.now + options.timing.connect.milliseconds)
        attempt = environment.transport.dial(endpoint) { [weak self] result in
            guard let self else { return }
            attempt = nil
            dialTimer.cancel()
            switch result {
            case .success(let connection): owner?.redialer(didDial: connection)
            case .failure(let error): lost(error, retryAfter: 0)
            }
        }
    }

    private func dialTimedOut() {
        attempt?.cancel()
        attempt = nil
        let text = "cannot connect to \(endpoint): no answer within \(options.timing.connect)"
        lost(HarkError(.timeout, text), retryAfter: 0)
    }

    private func cancel() {
        retryTimer.cancel()
        dialTimer.cancel()
        attempt?.cancel()
        attempt = nil
    }

    private func advance() {
        switch reconnector.advance(to: now) {
        case .dial:
            arm()
            dial()
        case .giveUp:
            cancel()
            let error = lastError ?? HarkError(.timeout, "cannot connect to \(endpoint): no answer")
            owner?.redialer(didGiveUp: error)
        case .nothing: arm()
        }
    }

    /// The attempt is over, or the connection. What listeners are told may make them start anew or close.
    private func settle(_ error: HarkError, isLoss: Bool, _ retryAfter: UInt64) {
        lastError = error
        var random = EnvironmentRandom(environment)
        let action = reconnector.lost(now, retryAfter: retryAfter, using: &random)
        if isLoss, !options.reconnects { _ = reconnector.stop() }
        arm()
        owner?.redialer(didFail: error, isLoss: isLoss)
        switch (action, reconnector.state) {
        case (.wait(let until), .waiting(let attempt, _)):
            let delay = until.milliseconds(since: now)
            owner?.redialer(waits: Backoff(attempt: attempt - 1, delay: .milliseconds(delay)))
        case (_, .stopped): owner?.redialer(didGiveUp: error)
        default: break
        }
    }

    private func arm() {
        if let deadline = reconnector.deadline {
            retryTimer.schedule(at: deadline.milliseconds)
        } else {
            retryTimer.cancel()
        }
    }
}
