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
            isAbandoned = receiver != nil && link == nil
            if isAbandoned { waiting = nil }
        }
    }
    /// The link has let go, and only what is messages already is still written. The rest, and what arrives, is for the
    /// next connection.
    @exclusivity(unchecked) private var isAbandoned = false
    /// The other end of the link, for this connection.
    @exclusivity(unchecked) final var native: NativeMachine
    @exclusivity(unchecked) final var session: GatewaySession

    /// Messages for the wire. Its mark counts the events among them.
    @exclusivity(unchecked) final var output: ByteWriter
    /// Frames for the link.
    @exclusivity(unchecked) final var frames: ByteWriter

    /// What the wire is writing.
    @exclusivity(unchecked) private var inFlight: ByteChunk?
    /// What the link waits to be rid of meanwhile.
    private var waiting: (chunk: ByteChunk, offset: Int)?
    @exclusivity(unchecked) private var isFlushScheduled = false
    private var isShutdownAsked = false
    @exclusivity(unchecked) final private(set) var isClosed = false
    private var isBegun = false

    /// Why nothing is read.
    private var pauses: GatewayPauses = .link

    /// Messages that made no sense.
    private var malformedCount = 0

    /// 16 messages that make no sense: beyond, the other side speaks something else, or is no friend.
    private static let malformedCountMax = 16

    /// - Parameters:
    ///   - role: the link's.
    ///   - windowEventCount: how many events the link may have under way.
    init(
        _ wire: any Connection, for role: NativeMachine.Role, _ session: GatewaySession,
        windowEventCount: Int = NativeLimits().windowEventCount
    ) {
        self.wire = wire
        self.session = session
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

    /// The turn is over: what had to wait for its end is done now.
    func turnEnded() {}

    /// Server: how many events the link's session has processed of the one that the client goes on with, when the link
    /// takes the connection over. Nil when there is no session.
    func renewClaim() -> UInt64? { nil }

    /// Takes messages from the wire.
    func read(_ bytes: UnsafeRawBufferPointer) {}

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
    func handedOver(_ mark: UInt64) { tellProcessed(mark) }

    /// Tells the link that its events up to this one are done.
    final func tellProcessed(_ count: UInt64) {
        guard native.state == .open, count > native.incoming.processedCount else { return }
        native.incoming.processedCount = count
        native.acknowledge(into: &frames)
        scheduleFlush()
    }

    // MARK: To the link

    /// Server: introduces the client.
    final func introduce(_ hello: NativeHello) {
        native.opened(hello: hello, control: &frames)
        scheduleFlush()
    }

    /// Client: lets the link in.
    final func accept(_ welcome: NativeWelcome) {
        native.accept(welcome, control: &frames)
        scheduleFlush()
    }

    /// The link, while there is one.
    final var link: NativeLink? {
        (receiver as? ConnectionTap).map { $0.link as? NativeLink } ?? receiver as? NativeLink
    }

    /// Delivers an event.
    ///
    /// - Returns: false when it was passed over, because its name is too long.
    @discardableResult
    final func deliver(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) -> Bool {
        guard name.count <= NativeLimits.nameByteCountMax else {
            pass("an event's name has \(name.count) bytes, and the limit is \(NativeLimits.nameByteCountMax)")
            return false
        }
        var number = session.outgoing.number(of: name)
        if number == 0 { number = session.outgoing.define(name, into: &frames) }
        if number == 0 {
            NativeOutgoing.beginEvent(named: name, isVolatile: false, into: &frames)
        } else {
            NativeOutgoing.beginEvent(number, isVolatile: false, into: &frames)
        }
        frames.append(arguments)
        session.unprocessedByteCount += name.count + arguments.count
        return session.outgoing.endEvent(isVolatile: false, &frames)
    }

    /// Asks the link to tell at once what it has processed.
    final func requestAcknowledgement() {
        NativeFrame.begin(.flush, into: &frames)
        NativeFrame.end(&frames)
    }

    /// Passes over a message that makes no sense, and tells of it; closes the connection when there are too many.
    ///
    /// - Returns: whether the connection goes on.
    @discardableResult
    final func pass(_ why: String, _ bytes: Bytes? = nil) -> Bool {
        malformedCount += 1
        let link = link
        guard malformedCount < Self.malformedCountMax else {
            let text = "\(malformedCount) messages made no sense, the last one: \(why)"
            fail(HarkError(.protocolViolation, text, event: nil, peer: link?.peer?.id, bytes: bytes))
            return false
        }
        link?.owner?.linkDidFail(
            HarkError(.decode, "a message was passed over: \(why)", event: nil, peer: link?.peer?.id, bytes: bytes))
        return !isClosed
    }

    /// The connection is of no use any more.
    final func fail(_ error: HarkError) {
        // What arrived before counts.
        flush()
        receiver?.readEnded(error)
    }

    final func scheduleFlush() {
        guard !isFlushScheduled, !isClosed else { return }
        isFlushScheduled = true
        EventLoop.current.flushAtEndOfTurn(self)
    }

    final func flush() {
        isFlushScheduled = false
        if !isAbandoned { turnEnded() }
        passOutput()
        // The link may write meanwhile, which may add frames.
        while !isClosed, let chunk = frames.takeChunk() {
            receiver?.received(chunk.bytes(from: 0).bytes)
            frames.recycle(chunk)
        }
        pauseIfOverrun()
    }

    /// 16 384 events whose work goes on: twice what this library has under way. The rest waits where the other side
    /// notices it; two sides that keep to a window never wait for each other.
    private static let workCountMax: UInt64 = 1 << 14
    /// 16 MiB of them, likewise.
    private static let workByteCountMax = 16 << 20

    /// 131 072 events of which the link cannot tell that it has processed them, because the other side takes nothing.
    private static let untoldCountMax: UInt64 = 1 << 17

    /// 8 MiB of answers that the other side does not take: twice the acknowledgements of a whole window, so that two
    /// sides which keep to one never wait for each other.
    private static let outputByteCountMax = 8 << 20

    private func pauseIfOverrun() {
        let count = session.outgoing.unacknowledgedCount
        let isMuch = count > Self.workCountMax || session.unprocessedByteCount > Self.workByteCountMax
        let isOverrun =
            isMuch && link?.isWorkDeferred == true || count > Self.untoldCountMax
            || output.byteCount > Self.outputByteCountMax
        guard isOverrun != pauses.contains(.overrun) else { return }
        pause(.overrun, isOverrun)
    }

    private func pause(_ reason: GatewayPauses, _ isPaused: Bool) {
        let wasReading = pauses.isEmpty
        if isPaused { pauses.insert(reason) } else { pauses.remove(reason) }
        guard !isClosed, wasReading != pauses.isEmpty else { return }
        if wasReading { wire.stopReading() } else { wire.startReading() }
    }

    /// Stops reading until the application has decided about the client.
    final func hold(_ isHeld: Bool) { pause(.held, isHeld) }

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
            if let hello = native.hello { greeted(hello) }
        case .welcomed:
            if let welcome = native.welcome { admitted(welcome) }
        case .goodbyeReceived:
            farewell(native.goodbye?.reason)
        // Emitters refuse requests and pings where the wire has none; the rest only helps native sides.
        case .request, .namedRequest, .reply, .failure, .settled, .flushRequested, .pong, .storm, .consumed:
            break
        }
    }

    // MARK: Wire

    /// Whether the wire has to take what it has before it takes more.
    private var isBusy: Bool { inFlight != nil }

    /// Hands messages to the wire, as far as it takes them.
    private func pass() throws(HarkError) {
        while !isBusy, !isClosed {
            let bytes = output.firstBytes()
            guard !bytes.isEmpty else { break }
            let taken = try wire.tryWrite(bytes.bytes, UnsafeRawBufferPointer(start: nil, count: 0).bytes)
            guard taken < bytes.count else {
                output.dropFirst()
                continue
            }
            guard let chunk = output.takeChunk() else { break }
            inFlight = chunk
            handedOver(chunk.mark)
            try wire.write(chunk, from: taken)
        }
        guard !isBusy else { return }
        handedOver(output.mark)
        if isShutdownAsked { wire.shutdown() }
    }

    private func passOutput() {
        guard !output.isEmpty else { return }
        do throws(HarkError) { try pass() } catch { receiver?.wrote(error) }
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
    final var peerInfo: PeerInfo { wire.peerInfo }
    final var localEndpoint: Endpoint? { wire.localEndpoint }

    final func startReading() {
        wire.receiver = self
        pause(.link, false)
        if isBegun { return }
        isBegun = true
        // The server's part of a link is greeted; a client's is waited for.
        if native.role == .server { native.opened(control: &frames) }
        began()
    }

    final func stopReading() { pause(.link, true) }

    final func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        guard !isBusy, waiting == nil else { return 0 }
        take(head.memory)
        take(body.memory)
        try pass()
        return head.byteCount + body.byteCount
    }

    final func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) { waiting = (chunk, offset) }

    final func shutdown() { endOutput() }

    final func close() {
        isClosed = true
        receiver = nil
        waiting = nil
        wire.close()
        output.removeAll()
        frames.removeAll()
        native.disconnected()
    }
}

// MARK: - ConnectionReceiver

extension Gateway {
    final func received(_ bytes: RawSpan) {
        guard !isAbandoned else { return }
        read(bytes.memory)
        flush()
    }

    final func readEnded(_ error: HarkError?) {
        flush()
        receiver?.readEnded(error ?? HarkError(.disconnected, "the other side closed the connection"))
    }

    final func wrote(_ error: HarkError?) {
        if let error {
            receiver?.wrote(error)
            return
        }
        if let chunk = inFlight { output.recycle(chunk) }
        inFlight = nil
        if pauses.contains(.overrun) { scheduleFlush() }
        do throws(HarkError) {
            try pass()
            guard !isBusy, let (chunk, offset) = waiting else { return }
            waiting = nil
            take(chunk.bytes(from: offset))
            try pass()
        } catch {
            receiver?.wrote(error)
            return
        }
        receiver?.wrote(nil)
    }
}
