internal import HarkProtocol
package import HarkUV
internal import HarkWire

/// What sends the data that an outlet writes.
@EventLoop
package protocol DataSink: AnyObject {
    /// There is data to send: the first of this turn, or a full chunk.
    func dataAdded()

    /// Bytes that wait to be sent, those in `outlet` included.
    var queuedByteCount: Int { get }

    /// Events were removed from the stream.
    ///
    /// - Parameters:
    ///   - ordinals: in ascending order.
    ///   - reason: why they were not sent; nil when they may have arrived in an earlier session.
    func removed(_ ordinals: [UInt64], _ reason: DropReason?)

    /// More waits than may, and the policy is `close`.
    func overflowed()

    /// More waits than the high-water mark.
    func becameCongested()

    /// An event is worth sending until `deadline`, in ms.
    func expires(at deadline: UInt64)

    /// Whether the other side acknowledges what it has processed.
    var isAcknowledging: Bool { get }

    /// Whether there is a connection.
    var isConnected: Bool { get }
}

/// Writes events, requests and replies as native frames into the data stream of one link.
package final class NativeOutlet: Outlet {
    @exclusivity(unchecked) var outgoing: NativeOutgoing

    @exclusivity(unchecked) private(set) var sendingIfAny: OutletSending?

    var sending: OutletSending {
        if let sendingIfAny { return sendingIfAny }
        let sending = OutletSending(EventLoop.enterVerified(()) { EventLoop.current.pool })
        sendingIfAny = sending
        return sending
    }

    /// Whether nothing was ever written.
    var isUnused: Bool { sendingIfAny == nil && arguments.bytes.isEmpty && arguments.bytes.mark == 0 }

    var buffer: NativeSendBuffer {
        _read { yield sending.buffer }
        _modify { yield &sending.buffer }
    }

    private var sessionMark: UInt64 { sendingIfAny?.sessionMark ?? 0 }
    private var volatileCount: Int { sendingIfAny?.volatileCount ?? 0 }

    /// Sends what is written here.
    @exclusivity(unchecked) package unowned var link: (any DataSink)?
    let queueByteCountMax: Int
    private let highWaterByteCount: Int

    /// What is known of events besides their bytes, if anything ever was.
    @exclusivity(unchecked) var ledger: OutletLedger?

    init(pool: ChunkPool, limits: Limits, names: NativeNames) {
        outgoing = NativeOutgoing(names: names)
        queueByteCountMax = limits.queueByteCount
        highWaterByteCount = limits.highWaterByteCount
        super.init(pool)
        overflow = limits.overflow
        bodyByteCountMax = UInt32(clamping: outgoing.limits.frameByteCount)
    }

    // MARK: Events

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        catchUp()
        if !isWritable {
            if isRefusing { return beginRefused(name.utf8) }
            if let refusal = refusal(isVolatile) { return refusal }
        }
        self.isVolatile = isVolatile
        let number = outgoing.number(ofKey: name.id)
        if number == 0 { return beginFirst(name) }
        // Others have the same numbers, and may use a name that means something else here.
        if rules.concernNames, name.utf8.withUnsafeBytes(isReserved) { return drop(.reservedName) }
        NativeOutgoing.beginEvent(number, isVolatile: isVolatile, into: &arguments.bytes)
        return nil
    }

    /// The first event of this name.
    @inline(never)
    private func beginFirst(_ name: EventName) -> EmitResult? {
        name.utf8.withUnsafeBytes { utf8 in
            guard utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
            guard !isReserved(utf8) else { return drop(.reservedName) }
            let number = outgoing.define(utf8, key: name.id, into: &arguments.bytes)
            if !rules.contains(.oneArgument) { allowShortcut(name, number) }
            return begin(utf8, number: number)
        }
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        catchUp()
        if !isWritable {
            if isRefusing { return beginRefused(Array(name)) }
            if let refusal = refusal(isVolatile) { return refusal }
        }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        if isReserved(name) { return drop(.reservedName) }
        self.isVolatile = isVolatile
        return begin(name, number: number(of: name))
    }

    func number(of name: UnsafeRawBufferPointer) -> UInt32 {
        let number = outgoing.number(of: name)
        return number == 0 ? outgoing.define(name, into: &arguments.bytes) : number
    }

    private func begin(_ name: UnsafeRawBufferPointer, number: UInt32) -> EmitResult? {
        if number == 0 {
            NativeOutgoing.beginEvent(named: name, isVolatile: isVolatile, into: &arguments.bytes)
        } else {
            NativeOutgoing.beginEvent(number, isVolatile: isVolatile, into: &arguments.bytes)
        }
        return nil
    }

    package override func end() -> EmitResult {
        defer { isVolatile = false }
        guard arguments.takeFailure() == nil else {
            if rules.contains(.tellsEach) { return refuse(.notEncodable) }
            arguments.bytes.abandonFrame()
            return drop(.notEncodable)
        }
        if !rules.isEmpty, let refusal = refuseForbidden() { return refusal }
        guard outgoing.endEvent(isVolatile: isVolatile, &arguments.bytes) else { return drop(.tooLarge) }
        if !isWritable, overflow.makesRoom, !makeRoom() { return drop(.queueFull) }
        if isVolatile { countVolatile() }
        added()
        return isWritable ? .written : .queued
    }

    package override func end(expiringAt deadline: UInt64) -> EmitResult {
        let result = end()
        if case .dropped = result { return result }
        expires(at: deadline)
        return result
    }

    /// Why an event cannot even be queued, if so.
    @inline(never)
    private func refusal(_ isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        if isVolatile { return drop(.volatile) }
        let queued = EventLoop.enterVerified(self) { $0.link?.queuedByteCount ?? 0 }
        if queued > highWaterByteCount, !isCongested { noteCongestion() }
        if isPaused { return drop(.paused) }
        return queued > queueByteCountMax ? overflowed() : nil
    }

    func added() {
        if !isMarked || arguments.bytes.hasFullWrite { tellLink() }
    }

    @inline(never)
    func tellLink() {
        isMarked = true
        EventLoop.enterVerified(self) { $0.link?.dataAdded() }
    }

    // MARK: What was written

    /// Events written so far, volatile ones and those for all peers too.
    var writtenCount: Int {
        var count = lastOrdinal
        if isFollowing, let sending = sendingIfAny, let broadcast = sending.broadcast {
            count &+= broadcast.arguments.bytes.mark &- sending.position.mark
        }
        return Int(truncatingIfNeeded: count) &+ volatileCount
    }

    /// The number of the name of the event written last; nil when something else was written since, when it has left
    /// already, or when its name has no number.
    var lastEventNumber: UInt64? {
        if isFollowing, let sending = sendingIfAny, let broadcast = sending.broadcast,
            broadcast.arguments.bytes.mark != sending.position.mark
        {
            return Self.eventNumber(broadcast.arguments.bytes.frameBytes())
        }
        return Self.eventNumber(arguments.bytes.frameBytes())
    }

    private static func eventNumber(_ frame: UnsafeRawBufferPointer) -> UInt64? {
        var frame = ByteReader(frame)
        guard let kind = frame.readByte().map(NativeKind.init(rawValue:)), kind == .event || kind == .volatile,
            frame.read(FrameHeader.byteCount - 1) != nil
        else { return nil }
        return frame.readLEB128()
    }

    override func name(_ number: UInt64) -> String { outgoing.name(number) }

    override var isOffline: Bool { EventLoop.enterVerified(self) { $0.link?.isConnected != true } }

    // MARK: Accounts

    /// An uncounted event was sent by another way.
    func countVolatile() { sending.volatileCount += 1 }

    package override var statistics: Statistics {
        catchUp()
        var statistics = super.statistics
        let lostCount = ledger?.lostCount ?? 0
        let (unknownCount, unsentCount) = (sendingIfAny?.unknownCount ?? 0, sendingIfAny?.unsentCount ?? 0)
        statistics.emitted += Int(mark) + volatileCount - unsentCount + lostCount
        let done = Int(acknowledgedMark) - unknownCount - unsentCount
        if isAcknowledged { statistics.acknowledged = done } else { statistics.written = done }
        statistics.volatile = volatileCount
        statistics.inFlight = Int(mark - acknowledgedMark)
        statistics.unknown = unknownCount + lostCount
        return statistics
    }

    // MARK: Sending

    /// The bytes to send next; valid until the next write.
    func next(fullChunksOnly: Bool) -> UnsafeRawBufferPointer {
        // In the middle of a turn, small parts would only cost writes.
        if !fullChunksOnly { catchUp() }
        guard let sending = sendingIfAny ?? (isUnused ? nil : sending) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return sending.buffer.next(&arguments.bytes, fullChunksOnly: fullChunksOnly, limits: outgoing.limits)
    }

    /// The bytes behind those, for the same write.
    func afterNext(fullChunksOnly: Bool) -> UnsafeRawBufferPointer {
        buffer.afterNext(&arguments.bytes, fullChunksOnly: fullChunksOnly, limits: outgoing.limits)
    }

    /// The socket has taken so many bytes.
    func sent(_ count: Int) { if count > 0 { buffer.sent(count, &arguments.bytes) } }

    /// The chunk to send next, for a write that takes longer.
    func pin() -> (chunk: ByteChunk, offset: Int) { buffer.pin(&arguments.bytes) }

    /// Bytes that are not sent yet.
    package override var queuedByteCount: Int {
        catchUp()
        return isUnused ? 0 : buffer.unsentByteCount(arguments.bytes)
    }

    /// Notes when the window became full, or an acknowledgement came after that, in ms.
    func becameFull(_ now: UInt64) { buffer.becameFull(now) }
    func movedOn(_ now: UInt64) { if !isUnused { buffer.movedOn(now) } }

    /// Whether the other side has to acknowledge before more is sent.
    var isWindowFull: Bool { sendingIfAny?.buffer.isWindowFull ?? false }

    // MARK: Connections

    /// The other side accepts this much.
    ///
    /// - Returns: false when more names are in use than it accepts.
    func setLimits(_ remote: NativeLimits) -> Bool {
        bodyByteCountMax = UInt32(clamping: remote.frameByteCount)
        return outgoing.agree(on: remote)
    }

    /// Asks for the acknowledgement of everything written so far without delay.
    func requestFlush() {
        catchUp()
        NativeFrame.begin(.flush, into: &arguments.bytes)
        NativeFrame.end(&arguments.bytes)
        added()
    }

    /// Sends a value of the shared store, between the events.
    func writeData(_ key: String, _ version: UInt64, _ encoded: [UInt8]?) {
        catchUp()
        NativeOutgoing.writeData(key, version, encoded, into: &arguments.bytes)
        added()
    }

    /// The number of the event written last, counted over all sessions.
    var mark: UInt64 {
        catchUp()
        return arguments.bytes.mark
    }

    /// The number of the newest event that is acknowledged, counted likewise.
    var acknowledgedMark: UInt64 { sendingIfAny?.buffer.acknowledgedMark ?? 0 }

    /// The number of an event of this session.
    func mark(of sequence: UInt64) throws(NativeViolation) -> UInt64 {
        guard sequence <= buffer.certainMark &- sessionMark else { throw .acknowledgedTooMany }
        return sessionMark + sequence
    }

    /// Declares all names again, for a connection that has not seen them.
    func redeclareNames(into control: inout ByteWriter) { outgoing.redeclareNames(into: &control) }

    /// The other side has processed `count` more events.
    func acknowledge(_ count: UInt64) throws(NativeViolation) {
        let sending = sending
        outgoing.setSentCount(sending.buffer.certainMark &- sending.sessionMark)
        try outgoing.acknowledge(count)
        sending.buffer.acknowledge(to: sending.sessionMark + outgoing.acknowledgedCount, &arguments.bytes)
        ledger?.acknowledged(acknowledgedMark)
    }

    /// Keeps the events that are not acknowledged for the next connection, and drops what concerns only this one.
    ///
    /// - Parameter isInFlight: what was pinned may still be read by the socket.
    func connectionEnded(isInFlight: Bool) {
        catchUp()
        if !isUnused { _ = buffer.rewind(&arguments.bytes, isInFlight: isInFlight) }
        isMarked = false
        if rules.contains(.dropsOffline) { dropKept() }
    }

    /// A new session begins, in which everything that is kept is sent; what the old one may have delivered says so.
    ///
    /// - Parameter now: in ms; what is not worth sending any more is not kept.
    func beginSession(at now: UInt64) {
        expireArrived(at: now)
        guard !isUnused else { return outgoing.restart(retained: 0) }
        buffer.markRedelivered(frameByteCountMax: outgoing.limits.frameByteCount)
        sending.sessionMark = buffer.acknowledgedMark
        outgoing.restart(retained: arguments.bytes.mark &- sessionMark)
    }

    /// The session goes on: the other side has processed `count` of its events.
    func resumeSession(from count: UInt64) throws(NativeViolation) {
        outgoing.setSentCount(buffer.certainMark &- sessionMark)
        _ = try outgoing.resume(from: count)
        buffer.resume(from: sessionMark + count, &arguments.bytes)
        ledger?.acknowledged(acknowledgedMark)
    }

    /// Events may be emitted no more.
    package override func close() {
        guard !isClosed else { return }
        catchUp()
        super.close()
        guard !isUnused else { return }
        let (unknown, unsent) = buffer.removeAll(&arguments.bytes)
        sending.unknownCount = Int(unknown)
        drop(.closed, count: Int(unsent))
        sending.unsentCount = Int(unsent)
        ledger?.close()
    }
}
