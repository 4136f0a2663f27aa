internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// A link that speaks the native protocol.
@EventLoop
final class NativeLink: Link {
    // First, in the gap behind the flags of every link.
    /// What the wire can carry, as far as it is known.
    @exclusivity(unchecked) var features: DialectFeatures
    /// Client: the server goes on with a session that another process has begun.
    @exclusivity(unchecked) var resumesElsewhere = false
    @exclusivity(unchecked) var machine: NativeMachine
    let options: LinkOptions
    let dialect: Dialect
    /// The client on this end. Weak, because it may be let go of without having been closed.
    weak var client: Client?
    /// The server's peer on this end, which closes before it goes.
    unowned var peer: Peer?
    var owner: (any LinkOwner)? { peer ?? client }

    /// Whoever it worked for hears nothing more.
    func disown() {
        client = nil
        peer = nil
    }

    // Receiving, see NativeLink+Dispatch.swift.
    @exclusivity(unchecked) var resolved: [ResolvedName?] = []
    /// The machine's value, kept here: asking a non-copyable structure for it would move all of it.
    @exclusivity(unchecked) var runBodyByteCountMax = 0
    /// Events taken in the run that is being dispatched, which the machine does not know yet.
    @exclusivity(unchecked) var runCount: UInt64 = 0
    /// The event that is being dispatched, or was last in this batch.
    @exclusivity(unchecked) var currentNameNumber: Int?
    // Side by side, here and elsewhere: by itself a Boolean takes eight bytes of every connection.
    /// Whether what is being dispatched is an event that is acknowledged.
    @exclusivity(unchecked) var isCounted = false
    @exclusivity(unchecked) var isDispatching = false
    @exclusivity(unchecked) var isFlushRequested = false
    /// Whether this batch of frames has events of more than one name.
    @exclusivity(unchecked) var isMixed = false
    /// Both sides know values that are shared.
    var isDataAgreed = false
    /// The next write carries an acknowledgement.
    @exclusivity(unchecked) private var isAcknowledgementDue = false
    /// The timer runs.
    @exclusivity(unchecked) private var isAcknowledgementAwaited = false
    let version = ListenerVersion.shared

    /// Not there before an event was answered with an event, see NativeLink+Storm.swift.
    @exclusivity(unchecked) var storm: LinkStorm?

    @exclusivity(unchecked) private var acknowledgedByteCount = 0

    @exclusivity(unchecked) private(set) var occasionsIfAny: LinkOccasions?

    /// Not there before somebody needs it.
    var occasions: LinkOccasions {
        if let occasionsIfAny { return occasionsIfAny }
        let occasions = LinkOccasions()
        occasionsIfAny = occasions
        return occasions
    }

    @exclusivity(unchecked) var liveness = LivenessClock()
    // They keep the link, which is why `end` lets go of them. A closure that keeps nothing else needs no memory.
    private var clockTimer: (any EventTimer)?
    private var acknowledgementTimer: (any EventTimer)?

    func stopTimers() {
        clockTimer?.cancel()
        clockTimer = nil
        acknowledgementTimer?.cancel()
        acknowledgementTimer = nil
        occasionsIfAny?.frameWatch?.stop()
    }

    /// What is looked after while too much waits, or what waits has a time to live.
    var watch: QueueWatch? {
        get { occasionsIfAny?.watch }
        set { occasions.watch = newValue }
    }
    /// Not there before a frame arrives in parts.
    var frameWatch: FrameWatch? {
        get { occasionsIfAny?.frameWatch }
        set { occasions.frameWatch = newValue }
    }
    /// Client: why nobody tries to connect any more; nil while somebody does.
    var gaveUp: HarkError? {
        get { occasionsIfAny?.gaveUp }
        set {
            occasions.gaveUp = newValue
            if newValue != nil { resumeDrainWaiters() }
        }
    }

    /// - Parameters:
    ///   - dialect: what is spoken at the far end of the connections; other than native, a gateway stands between.
    ///   - names: shared by all links whose events may have the same bytes.
    init(
        role: NativeMachine.Role, options: LinkOptions, dialect: Dialect = .native, names: NativeNames = NativeNames()
    ) {
        var limits = NativeLimits()
        // What a gateway delivers has kept to the limit on the wire, and may be longer here.
        limits.frameByteCount =
            dialect == .native
            ? min(options.limits.frameByteCount, FrameHeader.bodyByteCountMax) : FrameHeader.bodyByteCountMax
        self.dialect = dialect
        features = dialect.features
        limits.nameCount = options.limits.nameCount
        limits.windowByteCount = max(options.limits.windowByteCount, 1)
        limits.windowEventCount = max(options.limits.windowEventCount, 1)
        acknowledgedByteCountMax = min(Self.acknowledgedByteCountMax, limits.windowByteCount / 4)
        machine = NativeMachine(role: role, limits: limits)
        self.options = options
        super.init(limits: options.limits, names: names)
        outlet.rules = OutletRules(dialect)
    }

    /// Whether the other side acknowledges what it has processed.
    override var isAcknowledging: Bool { features.contains(.acknowledgements) }

    var environment: Environment { options.environment }
    var now: Instant { Instant(milliseconds: environment.clock.now) }

    override func frameByteCount(_ bytes: UnsafeRawBufferPointer) -> Int { machine.frameByteCount(bytes) }
    override func receivedPart() { heard() }
    override func beganPart() { watchFrame() }
    override func consume(_ bytes: UnsafeRawBufferPointer) -> Int { takeFrames(bytes) }

    // MARK: Handshake

    /// Events received in earlier sessions, and in this one before its connection.
    private var receivedBefore: UInt64 = 0
    private var receivedInSession: UInt64 = 0

    /// Events received so far.
    var receivedCount: Int {
        Int(receivedBefore + (isDataOpen ? machine.incoming.receivedCount + runCount : receivedInSession))
    }

    /// Sessions so far.
    private(set) var sessionCount = 0

    /// What a client shows to continue its session.
    var claim: NativeSessionClaim? {
        occasionsIfAny?.ticket.map {
            NativeSessionClaim(id: $0.id, token: $0.token, received: machine.incoming.processedCount)
        }
    }

    /// The session is over for both sides: the next connection begins another.
    func forgetSession() { occasionsIfAny?.ticket = nil }

    /// The server wants nothing more to be known of it.
    func forgetSessionAndData() {
        forgetSession()
        let keys = occasionsIfAny?.data?.clear() ?? []
        if !keys.isEmpty { owner?.linkDidChangeData(keys.map { SharedData.Change(key: $0, value: nil) }) }
    }

    func becameOpen() {
        guard outlet.setLimits(machine.remoteLimits) else {
            let text = "\(machine.remoteLimits.nameCount) event names are accepted there, and more are in use here"
            machine.close(.tooManyNames, text: text, control: &control)
            return end(HarkError(.limit, text))
        }
        do { try beginSession() } catch { return violated(error) }
        outlet.redeclareNames(into: &control)
        runBodyByteCountMax = machine.runBodyByteCountMax
        liveness.established(now, heartbeat: machine.welcome?.heartbeat ?? 0)
        armClock()
        let isResumed = machine.welcome?.session?.outcome == .resumed
        isDataAgreed = machine.welcome?.capabilities.contains(.data) == true
        // A client is asked for its session and its name later; a server knows them.
        if machine.role == .server { machine.forgetGreetings() }
        isDataOpen = true
        occasionsIfAny?.data?.opened(isResumed: isResumed)
        setDirty()
        owner?.linkDidOpen()
        flush()
        didWrite()
        congestionBegan()
    }

    /// Begins the session that the welcome grants, or goes on with it.
    private func beginSession() throws(NativeViolation) {
        let grant = machine.welcome?.session
        if machine.role == .client { occasions.ticket = grant.map(SessionTicket.init) }
        if let grant, grant.outcome == .resumed {
            let received = machine.role == .client ? grant.received : machine.hello?.session?.received
            try outlet.resumeSession(from: received ?? 0)
            return settleAcknowledged()
        }
        sessionCount += 1
        receivedBefore += receivedInSession
        receivedInSession = 0
        occasionsIfAny?.deferred = DeferredEvents()
        resolved = []
        // Names get new numbers.
        storm = nil
        outlet.beginSession(at: environment.clock.now)
    }

    // MARK: Clocks

    func armClock() {
        if let deadline = liveness.deadline {
            let timer = clockTimer ?? environment.clock.timer { self.advance() }
            clockTimer = timer
            timer.schedule(at: deadline.milliseconds)
        } else {
            clockTimer?.cancel()
        }
    }

    /// Something was heard. Only notes the time; the clock looks at it when its deadline has come.
    func heard() { liveness.heard(Instant(milliseconds: options.environment.clock.turn)) }

    private func advance() {
        switch liveness.advance(to: now) {
        // Who sends a long frame over a slow line hears nothing meanwhile and would give up.
        case nil where !isMidFrame: break
        case nil, .sendPing:
            machine.ping(now.milliseconds, into: &control)
            // At once: the pings of thousands of idle connections need no memory together.
            flush()
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

    /// Acknowledgements wait for so many bytes of events or so many milliseconds, whatever comes first: half of what a
    /// sender has under way at first, and a time that no sender notices. Who wants one at once asks for it.
    private static let acknowledgedByteCountMax = NativeSendBuffer.byteCountFirst / 2
    private let acknowledgedByteCountMax: Int
    private static let acknowledgementDelay: UInt64 = 20

    /// A quarter of the events that the other side may send without an acknowledgement: while one quarter is told, the
    /// others are on their way.
    private var isEventWindowUsed: Bool {
        let count = machine.incoming.receivedCount &- machine.incoming.acknowledgedCount
        return count > UInt64(machine.limits.windowEventCount / 4)
    }

    /// Events of `byteCount` bytes were received; none if old ones were settled.
    func processed(_ byteCount: Int) {
        acknowledgedByteCount += byteCount
        guard connection != nil else { return }
        guard !isWindowOverrun else { return sendAway("more events than the window holds are not acknowledged") }
        if acknowledgedByteCount >= acknowledgedByteCountMax || isFlushRequested || isEventWindowUsed {
            isAcknowledgementDue = true
            setDirty()
            // The other side may wait for it, while the rest of this turn brings another megabyte.
            if byteCount > 0, !isFlushRequested { flushEarly() }
        } else if !isAcknowledgementAwaited, machine.incoming.receivedCount != machine.incoming.acknowledgedCount {
            isAcknowledgementAwaited = true
            let timer = acknowledgementTimer ?? environment.clock.timer { self.acknowledgementDelayIsOver() }
            acknowledgementTimer = timer
            timer.schedule(at: environment.clock.now + Self.acknowledgementDelay)
        }
        if hasControl { setDirty() }
    }

    private func acknowledgementDelayIsOver() {
        isAcknowledgementAwaited = false
        isAcknowledgementDue = true
        setDirty()
    }

    override func willFlush() {
        if outlet.ledger != nil { expire() }
        guard isAcknowledgementDue, isDataOpen, !isDispatching else { return }
        isAcknowledgementDue = false
        if !isWorkDeferred { acknowledgedByteCount = 0 }
        isFlushRequested = false
        countProcessed()
        machine.acknowledge(into: &control)
    }

    var isWorkDeferred: Bool { occasionsIfAny?.deferred.isEmpty == false }

    func countProcessed() {
        let oldest = occasionsIfAny?.deferred.oldest
        machine.incoming.processedCount = oldest.map { $0 - 1 } ?? machine.incoming.receivedCount
    }

    func deferAcknowledgement() -> PendingAcknowledgement {
        guard isCounted else { return PendingAcknowledgement() }
        let sequence = currentSequence
        occasions.deferred.add(sequence)
        return PendingAcknowledgement(sequence, of: self)
    }

    /// The number of the event that is being dispatched.
    var currentSequence: UInt64 { machine.incoming.receivedCount + runCount }

    func settle(_ sequence: UInt64) {
        guard occasions.deferred.settle(sequence) else { return }
        if isLingering, !isWorkDeferred { sayFarewell() } else { processed(0) }
    }

    override func windowIsFull() {
        super.windowIsFull()
        outlet.becameFull(environment.clock.turn)
    }

    // MARK: Draining

    /// Whether nothing waits for the connection.
    var isDrained: Bool { outlet.isWritable || queuedByteCount == 0 }

    func drained() async throws {
        while true {
            guard !outlet.isClosed else { throw HarkError(.closed, "the emitter is closed") }
            guard !isDrained else { return }
            if let gaveUp { throw gaveUp }
            let waiters = occasions.drainWaiters ?? WaitingTasks()
            occasions.drainWaiters = waiters
            try await waiters.wait()
        }
    }

    override func didWrite() {
        if occasionsIfAny?.closing != nil, queuedByteCount == 0 { connection?.shutdown() }
        if outlet.isWritable { resumeDrainWaiters() }
        guard queuedByteCount <= options.limits.lowWaterByteCount else { return }
        if outlet.takeCongestion() {
            congestionEnded()
            owner?.linkDidDrain()
        }
        if watch != nil { admitNext() }
    }

    /// They look for themselves whether they have to wait on.
    private func resumeDrainWaiters() {
        occasionsIfAny?.drainWaiters?.resumeAll()
        occasionsIfAny?.settlingWaiters?.resumeAll()
    }

    override func becameCongested() { congestionBegan() }
    override func overflowed() { isOverflowing() }
    override func removed(_ ordinals: [UInt64], _ reason: DropReason?) {
        occasionsIfAny?.settlingWaiters?.resumeAll()
        failRemoved(ordinals, reason)
    }
    override func expires(at deadline: UInt64) { keptWatch.checkExpiry(at: deadline) }

    // MARK: Ending

    /// The connection is over: sends what is in `control`, and settles every debt. Without an error nobody is told.
    func end(_ error: HarkError?, retryAfter: UInt64? = nil) {
        let isSpeaking = connection != nil && hasControl
        if isSpeaking { flush() }
        endStormPause()
        detach(lingeringBy: isSpeaking ? environment.clock : nil)
        countProcessed()
        receivedInSession = machine.incoming.receivedCount
        machine.disconnected()
        runBodyByteCountMax = 0
        liveness.stopped()
        stopTimers()
        occasionsIfAny?.lingerTimer?.cancel()
        isAcknowledgementAwaited = false
        isAcknowledgementDue = false
        let closed = HarkError(.closed, "the emitter was closed before the answer came")
        let closing = occasionsIfAny?.closing
        failRequests(closing == nil ? error ?? closed : closed)
        resumeDrainWaiters()
        congestionEnded()
        if let closing {
            occasions.closing = nil
            closing.resume()
        } else if let error {
            owner?.linkDidClose(error, retryAfter: retryAfter)
        }
    }

    override func didDisconnect(_ error: HarkError?) {
        end(error ?? HarkError(.disconnected, "the other side closed the connection without a goodbye"))
    }
}
