internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// A link that speaks the native protocol.
@EventLoop
final class NativeLink: Link {
    @exclusivity(unchecked) var machine: NativeMachine
    let options: LinkOptions
    let environment: Environment
    weak var owner: (any LinkOwner)?
    /// The server's peer at the other end.
    weak var peer: Peer?

    // Receiving, see NativeLink+Dispatch.swift.
    @exclusivity(unchecked) var resolved: [ResolvedName?] = []
    @exclusivity(unchecked) var isDispatching = false
    /// The machine's value, kept here: asking a non-copyable structure for it would move all of it.
    @exclusivity(unchecked) var runBodyByteCountMax = 0
    /// Events taken in the run that is being dispatched, which the machine does not know yet.
    @exclusivity(unchecked) var runCount: UInt64 = 0
    @exclusivity(unchecked) var currentNameNumber: Int?
    var currentNameText = ""
    /// Events whose work goes on after their listeners have returned, oldest first.
    @exclusivity(unchecked) var deferred: [UInt64] = []
    let version = ListenerVersion.shared
    @exclusivity(unchecked) private var acknowledgedByteCount = 0
    @exclusivity(unchecked) var isFlushRequested = false

    // Requests, see NativeLink+Requests.swift.
    var requests: [UInt64: PendingRequest] = [:]
    var nextRequest: UInt64 = 1

    @exclusivity(unchecked) private var liveness = LivenessClock()
    // Unowned, because weak references make counting the strong ones slow; `end` cancels the timers.
    private lazy var clockTimer = environment.clock.timer { [unowned self] in advance() }
    private lazy var acknowledgementTimer = environment.clock.timer { [unowned self] in
        acknowledgementDelayIsOver()
    }
    /// The next write carries an acknowledgement.
    @exclusivity(unchecked) private var isAcknowledgementDue = false
    /// The timer runs.
    @exclusivity(unchecked) private var isAcknowledgementAwaited = false
    private var closing: CheckedContinuation<Void, Never>?
    private var drainWaiters: [CheckedContinuation<Void, any Error>] = []

    init(role: NativeMachine.Role, options: LinkOptions, environment: Environment) {
        var limits = NativeLimits()
        limits.frameByteCount = min(options.limits.frameByteCount, FrameHeader.bodyByteCountMax)
        limits.nameCount = options.limits.nameCount
        machine = NativeMachine(role: role, limits: limits)
        self.options = options
        self.environment = environment
        super.init(limits: options.limits)
    }

    var now: Instant { Instant(milliseconds: environment.clock.now) }

    override func frameByteCount(_ bytes: UnsafeRawBufferPointer) -> Int { machine.frameByteCount(bytes) }
    override func receivedPart() { heard() }
    override func consume(_ bytes: UnsafeRawBufferPointer) -> Int { takeFrames(bytes) }

    // MARK: Handshake

    /// Connections so far.
    private(set) var connectionCount = 0

    /// Takes over a new connection and greets.
    func open(_ connection: any Connection, as hello: NativeHello? = nil) {
        connectionCount += 1
        guard machine.opened(hello: hello, control: &control) else {
            connection.close()
            return end(HarkError(.handshake, "the credentials are too long or too deep for the handshake"))
        }
        liveness.opened(now, handshakeWithin: Int(options.timing.handshake.milliseconds))
        attach(connection)
        setDirty()
        armClock()
    }

    /// Server: lets the client in.
    func accept(_ id: Peer.ID) {
        guard machine.state == .authorizing else { return }
        var random = EnvironmentRandom(environment)
        let welcome = NativeWelcome(
            node: NativeIdentifier(using: &random), peer: id, heartbeat: Int(options.timing.heartbeat.milliseconds))
        guard machine.accept(welcome, control: &control) else { return refuse(.limit, "the welcome is too long") }
        becameOpen()
    }

    /// Server: does not let the client in.
    func refuse(_ reason: GoodbyeReason, _ text: String, retryAfter: UInt64 = 0) {
        guard machine.state == .authorizing else { return }
        machine.refuse(reason, retryAfter: retryAfter, text: text, control: &control)
        end(HarkError(.handshake, "a client was refused: \(text)"))
    }

    func becameOpen() {
        guard outlet.setLimits(machine.remoteLimits) else {
            let text = "\(machine.remoteLimits.nameCount) event names are accepted there, and more are in use here"
            machine.close(.tooManyNames, text: text, control: &control)
            return end(HarkError(.limit, text))
        }
        outlet.redeclareNames(into: &control)
        runBodyByteCountMax = machine.runBodyByteCountMax
        liveness.established(now, heartbeat: machine.welcome?.heartbeat ?? 0)
        armClock()
        isDataOpen = true
        setDirty()
        owner?.linkDidOpen()
        flush()
        didWrite()
    }

    // MARK: Clocks

    private func armClock() {
        if let deadline = liveness.deadline {
            clockTimer.schedule(at: deadline.milliseconds)
        } else {
            clockTimer.cancel()
        }
    }

    /// Something was heard. Only notes the time; the clock looks at it when its deadline has come.
    func heard() { liveness.heard(Instant(milliseconds: environment.clock.turn)) }

    private func advance() {
        switch liveness.advance(to: now) {
        // Who sends a long frame over a slow line hears nothing meanwhile and would give up.
        case nil where !isMidFrame: break
        case nil, .sendPing:
            machine.ping(now.milliseconds, into: &control)
            setDirty()
        case .handshakeTimedOut:
            let text = "the handshake took longer than \(options.timing.handshake)"
            machine.close(.handshakeTimeout, text: text, control: &control)
            return end(HarkError(.handshake, text))
        case .dead:
            let text = "nothing was heard for \(LivenessClock.missesMax) heartbeats"
            machine.close(.heartbeatTimeout, text: text, control: &control)
            return end(HarkError(.timeout, text))
        }
        armClock()
    }

    // MARK: Acknowledging

    /// Acknowledgements wait for so many bytes of events or so many milliseconds, whatever comes first: an eighth of
    /// the default window, and a time that no sender notices. Who wants one at once asks for it.
    private static let acknowledgedByteCountMax = NativeLimits.windowByteCountDefault / 8
    private static let acknowledgementDelay: UInt64 = 20

    /// Events of `byteCount` bytes were received.
    func processed(_ byteCount: Int) {
        acknowledgedByteCount += byteCount
        if acknowledgedByteCount >= Self.acknowledgedByteCountMax || isFlushRequested {
            isAcknowledgementDue = true
            setDirty()
        } else if !isAcknowledgementAwaited, machine.incoming.receivedCount != machine.incoming.acknowledgedCount {
            isAcknowledgementAwaited = true
            acknowledgementTimer.schedule(at: environment.clock.now + Self.acknowledgementDelay)
        }
        if !control.isEmpty { setDirty() }
    }

    private func acknowledgementDelayIsOver() {
        isAcknowledgementAwaited = false
        isAcknowledgementDue = true
        setDirty()
    }

    override func willFlush() {
        guard isAcknowledgementDue, isDataOpen, !isDispatching else { return }
        isAcknowledgementDue = false
        acknowledgedByteCount = 0
        isFlushRequested = false
        machine.incoming.processedCount = deferred.first.map { $0 - 1 } ?? machine.incoming.receivedCount
        machine.acknowledge(into: &control)
    }

    func deferAcknowledgement() -> AcknowledgementDebt {
        let sequence = machine.incoming.receivedCount + runCount
        deferred.append(sequence)
        return AcknowledgementDebt(sequence, of: self)
    }

    func settle(_ sequence: UInt64) {
        guard let index = deferred.firstIndex(of: sequence) else { return }
        deferred.remove(at: index)
        if index == 0 { processed(0) }
    }

    // MARK: Draining

    func drained() async throws {
        while true {
            guard !outlet.isClosed else { throw HarkError(.closed, "the emitter is closed") }
            guard !outlet.isWritable, queuedByteCount > 0 else { return }
            try await withCheckedThrowingContinuation { drainWaiters.append($0) }
        }
    }

    override func didWrite() {
        if closing != nil, queuedByteCount == 0 { connection?.shutdown() }
        if outlet.isWritable { resumeDrainWaiters() }
        guard queuedByteCount <= options.limits.lowWaterByteCount else { return }
        if outlet.takeCongestion() { owner?.linkDidDrain() }
    }

    private func resumeDrainWaiters() {
        guard !drainWaiters.isEmpty else { return }
        let waiters = drainWaiters
        drainWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Ending

    /// Says goodbye after everything emitted before, and waits until the other side has closed, or for the deadline.
    func close() async {
        guard connection != nil, machine.state != .closing else { return end(nil) }
        machine.close(.normal, control: &outlet.arguments.bytes)
        setDirty()
        let timer = environment.clock.timer { self.end(nil) }
        timer.schedule(at: environment.clock.now + options.timing.close.milliseconds)
        await withCheckedContinuation { closing = $0 }
        timer.cancel()
        end(nil)
    }

    /// The connection is over: sends what is in `control`, and settles every debt. Without an error nobody is told.
    func end(_ error: HarkError?, retryAfter: UInt64? = nil) {
        let isSpeaking = connection != nil && !control.isEmpty
        if isSpeaking { flush() }
        detach(lingeringBy: isSpeaking ? environment.clock : nil)
        machine.disconnected()
        runBodyByteCountMax = 0
        liveness.stopped()
        clockTimer.cancel()
        acknowledgementTimer.cancel()
        isAcknowledgementAwaited = false
        isAcknowledgementDue = false
        deferred = []
        resolved = []
        let closed = HarkError(.closed, "the emitter was closed before the answer came")
        failRequests(closing == nil ? error ?? closed : closed)
        resumeDrainWaiters()
        if let closing {
            self.closing = nil
            closing.resume()
        } else if let error {
            owner?.linkDidClose(error, retryAfter: retryAfter)
        }
    }

    override func didDisconnect(_ error: HarkError?) {
        end(error ?? HarkError(.disconnected, "the other side closed the connection without a goodbye"))
    }

    /// The other side broke the protocol.
    func violated(_ violation: NativeViolation) {
        let code: HarkError.Code = isDataOpen ? .protocolViolation : .handshake
        machine.violated(violation, control: &control)
        end(HarkError(code, "the other side broke the protocol: \(violation)", cause: violation))
    }

    /// The other side has said goodbye.
    func receivedGoodbye() {
        guard let goodbye = machine.goodbye else { return end(nil) }
        let wasOpen = isDataOpen
        let reason = goodbye.reason.map { "\($0)" } ?? "code \(goodbye.code)"
        let text = goodbye.text.isEmpty ? reason : "\(reason), \(goodbye.text)"
        end(
            HarkError(wasOpen ? .disconnected : .handshake, "the other side closed the connection: \(text)"),
            retryAfter: goodbye.retryAfter == 0 ? nil : goodbye.retryAfter)
    }
}
