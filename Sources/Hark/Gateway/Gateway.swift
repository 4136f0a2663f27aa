internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Stands between a link and a connection on which an older wire is spoken.
///
/// To the link it is a connection whose other side speaks native: it answers the handshake, takes events and delivers
/// events. On the wire it speaks the older library's protocol. So queues, limits, policies, sessions and statistics are
/// those of the link, and exist once; a dialect adds its messages and nothing else.
///
/// ```
///  link ── native frames ── gateway ── messages of the dialect ── connection
/// ```
/// Frames that the link writes become messages at once, with the same write. Messages that arrive become frames, which
/// the link gets when the read is through.
@EventLoop
class Gateway: Connection, ConnectionReceiver, Flushable {
    /// The connection on which the dialect is spoken.
    final let wire: any Connection
    @exclusivity(unchecked) final var receiver: (any ConnectionReceiver)? {
        didSet {
            let former = link
            link = receiver as? NativeLink
            isAbandoned = receiver != nil && link == nil
            if isAbandoned { beAbandoned() }
            if let former, former !== link { settle(former) }
        }
    }
    /// The link, while there is one: the receiver by its own type.
    @exclusivity(unchecked) final private(set) var link: NativeLink?
    /// The link has let go, and only what is messages already is still written. The rest, and what arrives, is for the
    /// next connection.
    @exclusivity(unchecked) private var isAbandoned = false
    /// The other end of the link, for this connection.
    @exclusivity(unchecked) final var native: NativeMachine
    @exclusivity(unchecked) final var session: GatewaySession { didSet { agree() } }

    /// Messages for the wire. Its mark counts the events among them.
    @exclusivity(unchecked) final var output: ByteWriter
    /// Frames for the link.
    @exclusivity(unchecked) final var frames: ByteWriter

    /// What the wire is writing.
    @exclusivity(unchecked) private var inFlight: ByteChunk?
    /// What is not sent yet has to wait in the link.
    @exclusivity(unchecked) final var isDataHeld = false { didSet { if !isDataHeld { takeWaiting() } } }
    /// What the link waits to be rid of meanwhile.
    private var waiting: (chunk: ByteChunk, offset: Int)?
    @exclusivity(unchecked) private var isFlushScheduled = false
    private var isShutdownAsked = false
    @exclusivity(unchecked) final private(set) var isClosed = false
    /// The wire takes nothing more.
    private var isBroken = false
    final var isBegun = false
    /// Why nothing is read.
    @exclusivity(unchecked) final var pauses: GatewayPauses = .link
    /// What may be in work above.
    final let window: GatewayWindow
    /// Not there before a message arrives in parts.
    final var frameWatch: FrameWatch?
    /// What waits while the application decides about the client; nil when nothing has to wait.
    @exclusivity(unchecked) final var held: [UInt8]?
    @exclusivity(unchecked) final var isHoldOver = false

    /// Messages that made no sense.
    final var malformedCount = 0

    /// - Parameters:
    ///   - role: the link's.
    ///   - options: of the link.
    ///   - windowEventCount: how many events the link may have under way.
    init(
        _ wire: any Connection, for role: NativeMachine.Role, _ session: GatewaySession, _ options: Limits,
        windowEventCount: Int = NativeLimits().windowEventCount
    ) {
        self.wire = wire
        self.session = session
        window = GatewayWindow(options)
        var limits = NativeLimits()
        // The wire of an older library knows no limit.
        limits.frameByteCount = FrameHeader.bodyByteCountMax
        limits.windowEventCount = windowEventCount
        native = NativeMachine(role: role == .client ? .server : .client, limits: limits)
        output = ByteWriter(pool: EventLoop.current.pool)
        frames = ByteWriter(pool: EventLoop.current.pool)
    }

    // MARK: What a dialect does

    /// Server: what the peer is called, if the dialect names its peers.
    var peerName: PeerName? { nil }

    /// The connection is there.
    func began() {}

    /// Client: the link has introduced itself, and waits for `accept`.
    func greeted(_ hello: NativeHello) {}

    /// Server: the application has let the client in.
    func admitted(_ welcome: NativeWelcome) {}

    /// Server: how many events the link's session has processed of the one that the client goes on with, when the link
    /// takes the connection over. Nil when there is no session.
    func renewClaim() -> UInt64? { nil }

    /// Takes messages from the wire.
    func read(_ bytes: UnsafeRawBufferPointer) {}

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    var partOfMessage: Int? { nil }

    /// The link emits an event.
    func emit(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, isCounted: Bool) {}

    /// The link sets a value of the shared data, or removes it.
    func set(_ key: UnsafeRawBufferPointer, _ version: UInt64, _ value: UnsafeRawBufferPointer) {}

    /// The link has processed so many more events that were delivered.
    func processed(_ count: UInt64) {}

    /// Everything was said, and the connection shall end.
    func farewell(_ reason: GoodbyeReason?) { endOutput() }

    /// The wire has all events up to this one, counted by `output`. On a wire without acknowledgements that is the last
    /// that is known of them.
    func handedOver(_ mark: UInt64) { tellDone(mark) }

    /// The connection broke, or is of no use any more. Before the link hears of it.
    func broke(_ error: HarkError) {}

    /// There is no connection any more, for whatever reason.
    func wasClosed() {}

    /// Tells the link that its events up to this one are done.
    final func tellDone(_ count: UInt64) {
        guard native.owesAcknowledgements, count > native.incoming.processedCount else { return }
        native.incoming.processedCount = count
        native.acknowledge(into: &frames)
        scheduleFlush()
    }

    private func beAbandoned() {
        waiting = nil
        // What was not read would reset the connection.
        pause(.held, false)
    }

    /// The link lets go before it has heard of all that is done: it must not send that again.
    private func settle(_ link: NativeLink) {
        // These messages still leave.
        if isAbandoned { handedOver(output.mark) }
        link.acknowledge(upTo: native.incoming.acknowledgedCount)
    }

    // MARK: To the link

    /// The connection is of no use any more.
    final func fail(_ error: HarkError) {
        // What arrived before counts.
        flush()
        broke(error)
        receiver?.readEnded(error)
    }

    final func scheduleFlush() {
        guard !isFlushScheduled, !isClosed else { return }
        isFlushScheduled = true
        EventLoop.current.flushAtEndOfTurn(self)
    }

    final func flush() {
        isFlushScheduled = false
        if !isAbandoned { readHeld() }
        if !output.isEmpty { writeOutput() }
        // The link may write meanwhile, which may add frames.
        while !isClosed, let chunk = frames.takeChunk() {
            receiver?.received(chunk.bytes(from: 0).bytes)
            frames.recycle(chunk)
        }
        updateReading()
    }

    // MARK: From the link

    private func take(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        do throws(NativeViolation) {
            guard try native.receivePreamble(&reader) else { return }
            while let effect = try native.receive(&reader, control: &frames) { try apply(effect) }
        } catch {
            let error = HarkError(.protocolViolation, "the link and its gateway do not understand each other: \(error)")
            EventLoop.task { self.fail(error) }
        }
        if !frames.isEmpty { scheduleFlush() }
    }

    private func apply(_ effect: NativeEffect) throws(NativeViolation) {
        switch effect {
        case .event(let name, let arguments, let isVolatile):
            native.incoming.names.withName(name) { emit($0, arguments.rest, isCounted: !isVolatile) }
        case .namedEvent(let name, let arguments, let isVolatile):
            emit(name, arguments.rest, isCounted: !isVolatile)
        case .data(let key, let version, let value):
            set(key, version, value)
        case .acknowledged(let count):
            try session.acknowledge(count)
            processed(count)
            if pauses.contains(.overrun) { scheduleFlush() }
        case .helloReceived:
            agree()
            if let hello = native.hello { greeted(hello) }
        case .welcomed:
            agree()
            if let welcome = native.welcome { admitted(welcome) }
        case .goodbyeReceived:
            farewell(native.goodbye?.reason)
        case .storm(let heard, let answer):
            // The other side cannot say whether it answers as well. That nothing else has come between for so long has
            // to do.
            native.tellStorm(heard: answer, answer: heard, into: &frames)
        // Emitters refuse requests and pings where the wire has none; the rest only helps native sides.
        case .request, .namedRequest, .reply, .failure, .settled, .flushRequested, .pong, .consumed:
            break
        }
    }

    /// What is delivered keeps to what the link takes.
    private func agree() { _ = session.outgoing.agree(on: native.remoteLimits) }

    // MARK: Wire

    /// Whether the wire has to take what it has before it takes more.
    private var isBusy: Bool { inFlight != nil }

    /// Hands messages to the wire, as far as it takes them.
    ///
    /// What goes wrong is told later, and with what has arrived before: who writes does not expect to lose the
    /// connection meanwhile, and what was handed over must not be sent again.
    private func writeOutput() {
        do throws(HarkError) { try tryWriteOutput() } catch { wireBroke(error) }
    }

    private func tryWriteOutput() throws(HarkError) {
        while !isBusy, !isClosed, !isBroken {
            let bytes = output.firstBytes()
            guard !bytes.isEmpty else { break }
            let taken = try wire.tryWrite(bytes.bytes, UnsafeRawBufferPointer(start: nil, count: 0).bytes)
            guard taken < bytes.count else {
                // Before anything else can go wrong.
                let mark = output.sealed.first?.mark ?? output.mark
                output.dropFirst()
                handedOver(mark)
                continue
            }
            guard let chunk = output.takeChunk() else { break }
            try start(chunk, from: taken)
        }
        guard !isBusy, !isClosed, !isBroken else { return }
        // Events that are no message on this wire among them.
        handedOver(output.mark)
        if isShutdownAsked { wire.shutdown() }
    }

    private func start(_ chunk: ByteChunk, from offset: Int) throws(HarkError) {
        inFlight = chunk
        // Of what was not begun nothing can arrive: it may be sent again.
        if offset > 0 { handedOver(chunk.mark) }
        try wire.write(chunk, from: offset)
        if offset == 0 { handedOver(chunk.mark) }
    }

    private func wireBroke(_ error: HarkError) {
        guard !isBroken else { return }
        isBroken = true
        EventLoop.task { if !self.isClosed { self.fail(error) } }
    }

    /// Ends this side's half when all messages have left.
    final func endOutput() {
        guard !isShutdownAsked else { return }
        isShutdownAsked = true
        if output.isEmpty, !isBusy { wire.shutdown() }
    }
}

// MARK: - Connection

extension Gateway {
    // What it reads, see Gateway+Reading.swift.

    final var peerInfo: PeerInfo { wire.peerInfo }
    final var localEndpoint: Endpoint? { wire.localEndpoint }

    final func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        guard !isBusy, waiting == nil else { return 0 }
        take(head.memory)
        let isTaken = !isDataHeld
        if isTaken { take(body.memory) }
        writeOutput()
        return head.byteCount + (isTaken ? body.byteCount : 0)
    }

    final func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) { waiting = (chunk, offset) }

    final func shutdown() { endOutput() }

    final func close() {
        isClosed = true
        receiver = nil
        waiting = nil
        frameWatch?.stop()
        wire.close()
        output.removeAll()
        frames.removeAll()
        native.disconnected()
        wasClosed()
    }

    /// Takes what the link waits to be rid of, when it need not wait any more.
    private func takeWaiting() {
        guard !isBusy, !isBroken, !isDataHeld else { return }
        if let (chunk, offset) = waiting {
            waiting = nil
            take(chunk.bytes(from: offset))
            writeOutput()
            if isBroken { return }
            receiver?.wrote(nil)
        }
        updateReading()
    }
}

// MARK: - ConnectionReceiver

extension Gateway {
    final func received(_ bytes: RawSpan) {
        guard !isAbandoned else { return }
        let part = partOfMessage
        if !keep(bytes.memory) { read(bytes.memory) }
        if !isClosed { watchMessage(part, bytes.byteCount) }
        flush()
    }

    final func readEnded(_ error: HarkError?) {
        flush()
        if let error { broke(error) }
        receiver?.readEnded(error ?? HarkError(.disconnected, "the other side closed the connection"))
    }

    final func wrote(_ error: HarkError?) {
        if let error {
            isBroken = true
            return fail(error)
        }
        if let chunk = inFlight { output.recycle(chunk) }
        inFlight = nil
        writeOutput()
        // It is not told while it has to wait on.
        takeWaiting()
    }
}
