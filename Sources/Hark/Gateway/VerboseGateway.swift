internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks verbose on the wire: what client and server have in common.
///
/// An event of the link becomes a message of the bus. It is done, for the link, when the socket has taken it: some
/// peers never acknowledge, and none of them may hold it up. For the next connection the session's ledger keeps the
/// message until it is acknowledged, within limits.
@EventLoop
class VerboseGateway: Gateway {
    @exclusivity(unchecked) final var machine: VerboseMachine
    @exclusivity(unchecked) final var verbose: VerboseSession { didSet { session = verbose } }
    final let options: VerboseOptions
    final let environment: Environment
    final let limits: Limits
    /// What the other side is called, from its first words on.
    final private(set) var nodeID: String?

    /// The link has said goodbye: messages that still arrive are for the next connection.
    private var isEnding = false
    private var isGreetingSaid = false
    private var isAnnounced = false
    /// Whether the other side acknowledges, and so must not fall silent.
    private var isAcknowledging = false
    /// How many messages were processed since the last acknowledgement.
    private var unacknowledgedCount = 0
    private lazy var clocks = VerboseClocks(self, environment.clock)

    init(
        _ wire: any Connection, as role: NativeMachine.Role, _ options: VerboseOptions, _ session: VerboseSession,
        _ context: GatewayContext
    ) {
        self.options = options
        verbose = session
        environment = context.environment
        limits = context.limits
        machine = VerboseMachine(
            channel: options.channel, messageByteCountMax: context.limits.frameByteCount,
            pool: EventLoop.current.pool)
        super.init(wire, for: role, session, context.limits)
    }

    /// The other side has said who it is.
    func introduced() {}

    /// The other side has said what it has received.
    func synchronised(isReconnect: Bool) {}

    /// The other side did not tell in time whether it was here before.
    func heldLongEnough() {}

    /// Whether messages pass.
    final var isInitialized: Bool { machine.state == .open }

    // MARK: Beginning

    override final func began() {
        clocks.hold()
        clocks.watch(for: options.timeout)
    }

    /// Says who this is, in the form in which the other side speaks, or after a while in the usual one.
    final func greet() {
        guard !isGreetingSaid, machine.form != nil else { return }
        isGreetingSaid = true
        machine.write(peerID: options.nodeID ?? "", into: &output)
        scheduleFlush()
    }

    final func holdIsOver() {
        if isGreetingSaid { return heldLongEnough() }
        machine.fallBack()
        greet()
    }

    /// Waits a while for what the other side says.
    final func hold() { clocks.hold() }

    /// Tells the node who is there, once.
    private func announce() {
        guard !isAnnounced, held == nil, let nodeID, let emitter else { return }
        isAnnounced = true
        delegate?.verbose(emitter, isNode: nodeID)
    }

    private var delegate: (any VerboseGatewayDelegate)? { options.delegate?.delegate }
    private var emitter: Emitter? { link?.peer ?? link?.client }

    // MARK: From the wire

    override final var partOfMessage: Int? { machine.partByteCount }

    override final func read(_ bytes: UnsafeRawBufferPointer) {
        clocks.heard()
        announce()
        var input = bytes
        while held == nil, !isClosed, let effect = machine.receive(&input) {
            greet()
            take(effect)
        }
        greet()
        _ = keep(input)
    }

    private func take(_ effect: VerboseEffect) {
        switch effect {
        case .introduced(let nodeID):
            self.nodeID = nodeID
            introduced()
            announce()
        case .foreign(let channel):
            flush()
            let text = "a node is on the channel \"\(channel)\", and this one on \"\(options.channel)\""
            link?.owner?.linkDidFail(HarkError(.handshake, text, event: nil, peer: link?.peer?.id))
        case .synchronised(let last, let isReconnect):
            if let last { verbose.ledger.acknowledge(last) }
            synchronised(isReconnect: isReconnect)
        case .message where isEnding: break
        case .message(let id, let head, let payload): arrived(id, head, payload)
        case .acknowledged(let id): acknowledged(id)
        case .malformed(let why): passOver(why, isMalformed: false)
        case .tooLong(let why): fail(HarkError(.limit, why))
        }
    }

    private func arrived(_ id: MessageIdentifier, _ head: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) {
        let name: StaticString = "message"
        let isDelivered = deliver(
            UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), head, payload)
        if isDelivered { verbose.ledger.delivered(id) } else { verbose.ledger.passedOver(id) }
    }

    private func acknowledged(_ id: MessageIdentifier) {
        isAcknowledging = true
        verbose.ledger.acknowledge(id)
        if let emitter { delegate?.verbose(emitter, didAcknowledge: id.text) }
    }

    // MARK: From the link

    override final func emit(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, isCounted: Bool) {
        let written = VerboseName.isReserved(name) ? nil : machine.write(message: arguments, into: &output)
        if written == nil { tellRefused(name) }
        guard isCounted else { return }
        verbose.ledger.sent(
            written?.id, written?.text ?? UnsafeRawBufferPointer(start: nil, count: 0), at: environment.clock.turn)
        verbose.doneCount = verbose.ledger.sentCount
        output.mark &+= 1
    }

    private func tellRefused(_ name: UnsafeRawBufferPointer) {
        guard let owner = link?.owner else { return }
        let name = String(decoding: name, as: UTF8.self)
        let error = HarkError(
            .arguments, "\"\(name)\" was not sent: it needs an id, an array of nodes and a name", event: name,
            peer: link?.peer?.id)
        // Not from within the link's write: who hears of it may end the connection.
        EventLoop.task { owner.linkDidFail(error) }
    }

    override final func handedOver(_ mark: UInt64) {
        verbose.ledger.left(upTo: mark)
        super.handedOver(mark)
    }

    override final func farewell(_ reason: GoodbyeReason?) {
        isEnding = true
        endOutput()
    }

    // MARK: Acknowledging

    /// 250 messages: a quarter of what another node keeps for a connection that may break.
    private static let unacknowledgedCountMax = 250

    override final func processed(_ count: UInt64) {
        verbose.ledger.processed(Int(count))
        unacknowledgedCount += Int(count)
        // Before it has to drop what it keeps for this side.
        if unacknowledgedCount >= Self.unacknowledgedCountMax { acknowledge() }
    }

    /// Says what has arrived, again and again: silence would be taken for death.
    final func acknowledge() {
        // Who does not read need not hear it more than once.
        guard machine.state == .open, !isEnding, output.isEmpty, let last = verbose.ledger.lastProcessed else { return }
        unacknowledgedCount = 0
        machine.write(acknowledgementOf: last, into: &output)
        scheduleFlush()
    }

    // MARK: Time

    final func timeIsOver() {
        // What is not read is not missing.
        guard pauses.isEmpty || machine.state != .open else { return clocks.watch(for: options.timeout) }
        guard machine.state != .open || isAcknowledging else { return clocks.watch(for: options.timeout) }
        let what = machine.state == .open ? "nothing was heard for" : "the handshake took longer than"
        let error = HarkError(.timeout, "\(what) \(options.timeout)")
        if let emitter { delegate?.verbose(emitter, didTimeOut: error) }
        if !isClosed { fail(error) }
    }

    override final func wasClosed() { clocks.stop() }

    // MARK: Opening

    /// Both sides know what the other one has received.
    final func opened() {
        verbose.nodeID = nodeID
        verbose.ledger.trim(at: environment.clock.now)
        tellUncertain(verbose.ledger.takeUncertainCount())
        // What is sent again has the numbers that it had.
        output.mark = verbose.ledger.sentCount - UInt64(verbose.ledger.count)
        verbose.ledger.lend { text in
            if !text.isEmpty { machine.write(text: text, into: &output) }
            output.mark &+= 1
        }
        clocks.watch(for: options.timeout)
        clocks.acknowledge(every: options.acknowledgeInterval)
        isDataHeld = false
        flush()
        if !isClosed, let emitter { delegate?.verboseDidInitialize(emitter) }
    }

    private func tellUncertain(_ count: UInt64) {
        guard count > 0, let owner = link?.owner else { return }
        let text =
            "\(count) messages may not have arrived: they were not acknowledged, and are kept no longer; "
            + "see bufferMax and bufferTimeout"
        let error = HarkError(.limit, text, event: nil, peer: link?.peer?.id)
        EventLoop.task { owner.linkDidFail(error) }
    }

    /// The link goes on with its session.
    final func resume(from processed: UInt64) {
        guard let (lostCount, processedCount) = resumeDelivering(from: processed) else { return }
        verbose.ledger.retract(lostCount)
        self.processed(UInt64(processedCount))
    }
}
