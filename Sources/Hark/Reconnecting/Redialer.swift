internal import HarkProtocol
internal import HarkUV

/// Makes connections for a client: dials one address after the other, waits when all have failed, and dials again.
@EventLoop
final class Redialer {
    weak var owner: (any RedialerOwner)?

    private let endpoints: [Endpoint]
    private let options: Client.Options
    private let environment: Environment
    private var reconnector: Reconnector
    /// Whether a failed attempt or a loss is followed by another attempt.
    var reconnects: Bool
    private var failover: Failover
    private var attempt: (any DialAttempt)?
    /// What the addresses of this attempt have failed with so far.
    private var errors: [(endpoint: Endpoint, error: HarkError)] = []
    private lazy var dialTimer = environment.clock.timer { [weak self] in self?.dialTimedOut() }
    private lazy var retryTimer = environment.clock.timer { [weak self] in self?.advance() }

    /// - Parameter endpoints: where to, in this order; at least one.
    init(to endpoints: [Endpoint], options: Client.Options) {
        self.endpoints = endpoints
        failover = Failover(count: endpoints.count)
        self.options = options
        environment = options.environment
        reconnects = options.reconnects
        reconnector = options.reconnection.reconnector
    }

    /// The address that is connected, or was dialled last.
    var endpoint: Endpoint { endpoints[failover.current] }

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
        dialFirst()
        return true
    }

    /// The handshake is complete.
    ///
    /// - Returns: false when the connection is not wanted any more.
    func opened() -> Bool {
        guard reconnector.connected(now) == .use else { return false }
        failover.worked()
        arm()
        return true
    }

    /// The connection has ended, before or after its handshake was complete.
    ///
    /// - Parameter retryAfter: milliseconds that the server asked to stay away.
    func lost(_ error: HarkError, retryAfter: UInt64) {
        failover.stayAway(for: retryAfter, now)
        switch reconnector.state {
        case .connected: settle(error, isLoss: true)
        case .dialing:
            errors.append((endpoint, error))
            if failover.next(now) == nil { settle(combinedError, isLoss: false) } else { dial() }
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

    private func dialFirst() {
        arm()
        errors = []
        _ = failover.begin(now)
        dial()
    }

    private func dial() {
        let endpoint = endpoint
        dialTimer.schedule(at: environment.clock.now + options.timing.connect.milliseconds)
        attempt = environment.transport.dial(endpoint) { [weak self] result in
            guard let self else { return }
            attempt = nil
            dialTimer.cancel()
            switch result {
            case .success(let connection): owner?.redialer(didDial: connection)
            case .failure(let error): failed(error)
            }
        }
    }

    private func dialTimedOut() {
        attempt?.cancel()
        attempt = nil
        let text = "cannot connect to \(endpoint): no answer within \(options.timing.connect)"
        failed(HarkError(.timeout, text))
    }

    private func failed(_ error: HarkError) { lost(error, retryAfter: 0) }

    /// The errors of all addresses as one that names each.
    private var combinedError: HarkError {
        guard let last = errors.last?.error, errors.count > 1 else { return errors.last?.error ?? unanswered }
        let code = errors.allSatisfy { $0.error.code == last.code } ? last.code : .connect
        let texts = errors.map { endpoint, error in
            error.message.contains(endpoint.description) ? error.message : "\(endpoint): \(error)"
        }
        return HarkError(code, "no address can be connected to: \(texts.joined(separator: "; "))", cause: last)
    }

    private var unanswered: HarkError { HarkError(.timeout, "cannot connect to \(endpoint): no answer in time") }

    private func cancel() {
        retryTimer.cancel()
        dialTimer.cancel()
        attempt?.cancel()
        attempt = nil
    }

    private func advance() {
        switch reconnector.advance(to: now) {
        case .dial: dialFirst()
        case .giveUp: abandonAttempt()
        case .nothing: arm()
        }
    }

    /// The deadline of the client has come in the middle of an attempt.
    private func abandonAttempt() {
        cancel()
        errors.append((endpoint, unanswered))
        let error = combinedError
        owner?.redialerDropsConnection()
        owner?.redialer(didFail: error, isLoss: false)
        if reconnector.state == .stopped { owner?.redialer(didGiveUp: error) }
    }

    /// The attempt is over, or the connection. What listeners are told may make them start anew or close.
    private func settle(_ error: HarkError, isLoss: Bool) {
        var random = EnvironmentRandom(environment)
        let action = reconnector.lost(now, retryAfter: failover.wait(now), using: &random)
        if !reconnects { _ = reconnector.stop() }
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
