internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// One conversation: moves bytes between a connection and a protocol, and events between the protocol and listeners.
///
/// A link outlives its connections. What is emitted while there is none waits in `arguments`, its data stream; control
/// frames – handshake, acknowledgements, pings – belong to one connection and leave ahead of the data. Both leave with
/// one write at the end of the turn. Subclasses know the protocol.
@EventLoop
class Link: ConnectionReceiver, Flushable, DataSink {
    /// The connection, from when it is made until it is given up.
    @exclusivity(unchecked) private(set) var connection: (any Connection)?

    /// Frames for this connection only. Borrowed from the loop: most connections have nothing to say most of the time.
    final var control: ByteWriter {
        _read { yield borrowedControl.writer }
        _modify { yield &borrowedControl.writer }
    }

    @exclusivity(unchecked) private var controlIfAny: WriterPool.Borrowed?

    final var borrowedControl: WriterPool.Borrowed {
        if let controlIfAny { return controlIfAny }
        let control = loop.writers.borrow()
        controlIfAny = control
        return control
    }

    /// Whether there is a connection.
    final var isConnected: Bool { connection != nil }

    /// Whether frames of the connection wait.
    final var hasControl: Bool {
        guard let controlIfAny else { return false }
        return !controlIfAny.writer.isEmpty
    }

    /// Who sends events keeps the writer: it is needed all the time.
    private func giveControlBackIfIdle() { if outlet.sendingIfAny == nil { giveControlBack() } }

    private func giveControlBack() {
        guard let control = controlIfAny, control.writer.isEmpty else { return }
        controlIfAny = nil
        loop.writers.giveBack(control)
    }

    @exclusivity(unchecked) private var stash: FrameStash
    private var pool: ChunkPool { loop.smallPool }
    private let loop: UVLoop

    /// A chunk that the connection is writing, data or control, and how much of it had left before.
    @exclusivity(unchecked) private var inFlight: (chunk: ByteChunk, from: Int, isData: Bool)?
    @exclusivity(unchecked) private var isDirty = false

    /// Whether data may leave: the protocol says so after its handshake.
    @exclusivity(unchecked) final var isDataOpen = false { didSet { updateWritable() } }

    /// Whether data waits although it could leave: the emitter has something to say first.
    @exclusivity(unchecked) final var isHeld = false { didSet { updateWritable() } }

    /// What leaves after the control frames.
    final let outlet: NativeOutlet

    init(limits: Limits, names: NativeNames) {
        loop = EventLoop.current
        stash = FrameStash(pool: loop.smallPool)
        outlet = NativeOutlet(pool: loop.pool, limits: limits, names: names)
        outlet.link = self
    }

    // MARK: What a protocol does

    /// How many bytes the frame at the start of `bytes` needs, as far as they tell.
    func frameByteCount(_ bytes: UnsafeRawBufferPointer) -> Int { 0 }

    /// Takes all whole frames from the front of `bytes`.
    ///
    /// - Returns: how many bytes were taken.
    func consume(_ bytes: UnsafeRawBufferPointer) -> Int { bytes.count }

    /// More of a frame has arrived that `consume` has not seen yet.
    func receivedPart() {}

    /// The first part of a frame has arrived.
    func beganPart() {}

    /// Called before a write, to add what should go ahead of the data.
    func willFlush() {}

    /// Something has left after the connection had been full.
    func didWrite() {}

    /// Events were removed from the stream.
    func removed(_ ordinals: [UInt64], _ reason: DropReason?) {}

    /// More waits than may, and the policy is to close.
    func overflowed() {}

    /// More waits than the high-water mark.
    func becameCongested() {}

    /// An event that was written is worth sending until `deadline`.
    func expires(at deadline: UInt64) {}

    /// Whether the other side acknowledges what it has processed.
    var isAcknowledging: Bool { true }

    /// The connection has ended: nil when the other side closed it in order.
    func didDisconnect(_ error: HarkError?) {}

    // MARK: Connection

    /// Takes over a connection that was just made.
    final func attach(_ connection: any Connection) {
        self.connection = connection
        connection.receiver = self
        connection.startReading()
        updateWritable()
    }

    /// Closes the connection and keeps the data that has not begun to leave.
    ///
    /// - Parameter clock: where the time comes from that the other side gets to read what was said last; nil to close
    ///   at once.
    final func detach(lingeringBy clock: (any EventClock)? = nil) {
        guard let connection else { return }
        let underlying = tap?.user
        self.connection = nil
        if let clock { _ = LingeringConnection(connection, clock: clock) } else { connection.close() }
        outlet.connectionEnded(isInFlight: inFlight?.isData == true)
        // Not back to the pool: the socket may still be reading the chunk while it closes.
        inFlight = nil
        if hasControl { control.removeAll() }
        giveControlBack()
        stash.removeAll()
        isLingering = false
        isHeld = false
        isDataOpen = false
        underlying?.ended()
    }

    /// Hands the connection over to another link, which attaches it.
    final func surrender() -> (any Connection)? {
        defer { connection = nil }
        return connection
    }

    /// Gives the connection up, as if it were lost.
    final func drop(_ error: HarkError) { fail(error) }

    private func fail(_ error: HarkError?) {
        guard connection != nil else { return }
        detach()
        didDisconnect(error)
    }

    // MARK: Reading

    final func received(_ bytes: RawSpan) {
        receive(bytes.memory)
        giveControlBackIfIdle()
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        var input = bytes
        if !stash.isEmpty { receivedPart() }
        while !stash.isEmpty {
            guard stash.fill(from: &input, to: frameByteCount(stash.bytes)) else { return }
            guard stash.byteCount >= frameByteCount(stash.bytes), let chunk = stash.take() else { continue }
            // One whole frame, begun in an earlier read.
            _ = consume(chunk.bytes(from: 0))
            pool.put(chunk)
        }
        guard connection != nil else { return }
        let consumed = consume(input)
        guard consumed < input.count, connection != nil else { return }
        input = UnsafeRawBufferPointer(rebasing: input[consumed...])
        _ = stash.fill(from: &input, to: input.count)
        beganPart()
    }

    /// The other side says nothing more, but still listens.
    final var isLingering = false

    final func readEnded(_ error: HarkError?) {
        if error != nil || !isLingering { fail(error) }
    }

    // MARK: Writing

    /// Asks for a flush at the end of the turn.
    final func setDirty() {
        guard !isDirty else { return }
        isDirty = true
        loop.flushAtEndOfTurn(self)
    }

    /// Data was added: it leaves at the end of the turn, or now if there is enough for a write.
    final func dataAdded() {
        setDirty()
        if outlet.arguments.bytes.hasFullWrite, outlet.isWritable { flushEarly() }
    }

    /// Bytes that wait for the connection.
    final var queuedByteCount: Int {
        outlet.queuedByteCount + (hasControl ? control.byteCount : 0)
            + (inFlight.map { $0.isData ? 0 : $0.chunk.count - $0.from } ?? 0)
    }

    /// Whether a frame has arrived in part.
    final var isMidFrame: Bool { !stash.isEmpty }

    /// How many bytes of it are here.
    final var partByteCount: Int { stash.byteCount }

    /// What waits has to wait for an acknowledgement.
    func windowIsFull() { updateWritable() }

    /// The other side has made room. What waits leaves at once: the other side may have nothing to do meanwhile.
    final func windowMoved() {
        updateWritable()
        setDirty()
        flushEarly()
    }

    /// Sends control frames and full chunks at once, because the other side may be waiting for them; the rest of the
    /// turn may take long. What is not full goes on being filled.
    final func flushEarly() { flush(fullChunksOnly: true) }

    private func updateWritable() {
        outlet.isWritable = connection != nil && isDataOpen && !isHeld && inFlight == nil && !outlet.isWindowFull
    }

    final func flush() {
        isDirty = false
        outlet.isMarked = false
        flush(fullChunksOnly: false)
    }

    private func flush(fullChunksOnly: Bool) {
        guard connection != nil, inFlight == nil else { return }
        willFlush()
        do throws(HarkError) {
            while let connection, try !writeOnce(connection, fullChunksOnly: fullChunksOnly) {}
            giveControlBackIfIdle()
        } catch {
            // Not from within `emit`: its caller does not expect the connection to vanish meanwhile.
            EventLoop.task { self.fail(error) }
        }
    }

    /// Writes the oldest control chunk and the oldest data, or two chunks of data.
    ///
    /// - Returns: whether that was all, or the socket is full.
    private func writeOnce(_ connection: any Connection, fullChunksOnly: Bool) throws(HarkError) -> Bool {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let head = hasControl ? control.firstBytes() : nothing
        let body = isDataOpen && !isHeld ? outlet.next(fullChunksOnly: fullChunksOnly) : nothing
        let headCount = head.count
        guard headCount + body.count > 0 else {
            if outlet.isWindowFull { windowIsFull() }
            return true
        }
        guard headCount > 0 else {
            let rest = outlet.afterNext(fullChunksOnly: fullChunksOnly)
            let count = body.count + rest.count
            return try sent(try connection.tryWrite(body.bytes, rest.bytes), of: count, connection)
        }
        let written = try connection.tryWrite(head.bytes, body.bytes)
        guard written >= headCount else {
            if let chunk = control.takeChunk() { try write(chunk, from: written, isData: false, connection) }
            return true
        }
        control.dropFirst()
        return try sent(written - headCount, of: body.count, connection)
    }

    /// The connection has taken so much of the data.
    ///
    /// - Returns: whether the socket is full.
    private func sent(_ written: Int, of count: Int, _ connection: any Connection) throws(HarkError) -> Bool {
        outlet.sent(written)
        guard written < count else { return false }
        let (chunk, offset) = outlet.pin()
        try write(chunk, from: offset, isData: true, connection)
        return true
    }

    private func write(
        _ chunk: ByteChunk, from offset: Int, isData: Bool, _ connection: any Connection
    ) throws(HarkError) {
        inFlight = (chunk, offset, isData)
        updateWritable()
        try connection.write(chunk, from: offset)
    }

    final func wrote(_ error: HarkError?) {
        // With an error the chunk stays in flight until `detach` has looked at what of it was not sent.
        if let error { return fail(error) }
        guard let inFlight else { return }
        self.inFlight = nil
        if inFlight.isData { outlet.sent(inFlight.chunk.count - inFlight.from) } else { pool.put(inFlight.chunk) }
        updateWritable()
        flush()
        didWrite()
    }
}
