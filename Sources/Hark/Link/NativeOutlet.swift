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
}

/// Writes events, requests and replies as native frames into the data stream of one link.
package final class NativeOutlet: Outlet {
    @exclusivity(unchecked) private var outgoing: NativeOutgoing

    /// What is sent and not acknowledged yet, and what waits to be sent.
    @exclusivity(unchecked) private var buffer: NativeSendBuffer
    /// The writer's mark when the session began.
    @exclusivity(unchecked) private var sessionMark: UInt64 = 0

    /// Sends what is written here.
    @exclusivity(unchecked) package unowned var link: (any DataSink)?
    private let queueByteCountMax: Int
    private let highWaterByteCount: Int

    private var volatileCount = 0
    /// Events that were sent and not acknowledged, and those that were not sent, when the outlet was closed.
    private var unknownCount = 0
    private var unsentCount = 0

    /// Where the events come from that go to all peers of a server.
    @exclusivity(unchecked) private unowned var broadcast: BroadcastOutlet?
    /// Events there up to here are written here.
    @exclusivity(unchecked) private var position = BroadcastOutlet.Position()

    init(pool: ChunkPool, limits: Limits, names: NativeNames) {
        outgoing = NativeOutgoing(names: names)
        queueByteCountMax = limits.queueByteCount
        highWaterByteCount = limits.highWaterByteCount
        buffer = NativeSendBuffer(pool: pool)
        super.init(pool)
        bodyByteCountMax = outgoing.limits.frameByteCount
    }

    // MARK: Events

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        catchUp()
        if !isWritable, let refusal = refusal(isVolatile) { return refusal }
        self.isVolatile = isVolatile
        let number = outgoing.number(ofKey: name.id)
        if number == 0 { return beginFirst(name) }
        NativeOutgoing.beginEvent(number, isVolatile: isVolatile, into: &arguments.bytes)
        return nil
    }

    /// The first event of this name.
    @inline(never)
    private func beginFirst(_ name: EventName) -> EmitResult? {
        name.utf8.withUnsafeBytes { utf8 in
            guard utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
            let number = outgoing.define(utf8, key: name.id, into: &arguments.bytes)
            allowShortcut(name, number)
            return begin(utf8, number: number)
        }
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        catchUp()
        if !isWritable, let refusal = refusal(isVolatile) { return refusal }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        self.isVolatile = isVolatile
        return begin(name, number: number(of: name))
    }

    private func number(of name: UnsafeRawBufferPointer) -> UInt32 {
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
            arguments.bytes.abandonFrame()
            return drop(.notEncodable)
        }
        guard outgoing.endEvent(isVolatile: isVolatile, &arguments.bytes) else { return drop(.tooLarge) }
        if isVolatile { volatileCount += 1 }
        added()
        return isWritable ? .written : .queued
    }

    /// Why an event cannot even be queued, if so.
    @inline(never)
    private func refusal(_ isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        if isVolatile { return drop(.volatile) }
        let queued = EventLoop.enterVerified(self) { $0.link?.queuedByteCount ?? 0 }
        if queued > highWaterByteCount { isCongested = true }
        return queued > queueByteCountMax ? drop(.queueFull) : nil
    }

    private func added() {
        if !isMarked || arguments.bytes.hasSealed { tellLink() }
    }

    @inline(never)
    private func tellLink() {
        isMarked = true
        EventLoop.enterVerified(self) { $0.link?.dataAdded() }
    }

    /// Whether there was too much to send since this was asked last.
    func takeCongestion() -> Bool {
        defer { isCongested = false }
        return isCongested
    }

    // MARK: Events for all peers

    /// So many names may have a number.
    var nameCountMax: Int { outgoing.limits.nameCount }

    /// Events written to `broadcast` from now on are for this peer too, until `stopFollowing`.
    func follow(_ broadcast: BroadcastOutlet) {
        self.broadcast = broadcast
        position = broadcast.position
        // What is emitted to this peer alone has to look here first.
        isFollowing = true
        if !isMarked { tellLink() }
    }

    func stopFollowing() {
        catchUp()
        broadcast = nil
        isFollowing = false
    }

    /// Takes over the events for all that were emitted before what comes now.
    @inline(__always)
    func catchUp() { if isFollowing { takeFromBroadcast() } }

    @inline(never)
    private func takeFromBroadcast() {
        guard let broadcast, broadcast.position.mark != position.mark, !isClosed else { return }
        let start = position
        position = broadcast.position
        _ = outgoing.define(upTo: broadcast.highestNumber, into: &arguments.bytes)
        var passed = start.mark
        broadcast.forEachPart(from: start.offset) { events, mark in
            // As one frame, so that it stays in one piece.
            arguments.bytes.beginFrame()
            arguments.bytes.append(events)
            arguments.bytes.mark &+= mark - passed
            passed = mark
        }
        added()
    }

    // MARK: What was written

    /// Events written so far, volatile ones and those for all peers too.
    var writtenCount: Int {
        var count = mark
        if isFollowing, let broadcast { count &+= broadcast.arguments.bytes.mark &- position.mark }
        return Int(truncatingIfNeeded: count) &+ volatileCount
    }

    /// The number of the name of the event written last; nil when something else was written since, when it has left
    /// already, or when its name has no number.
    var lastEventNumber: UInt64? {
        if isFollowing, let broadcast, broadcast.arguments.bytes.mark != position.mark {
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

    /// The name with this number, from 1.
    func name(_ number: UInt64) -> String { outgoing.name(number) }

    // MARK: Accounts

    /// An uncounted event was sent by another way.
    func countVolatile() { volatileCount += 1 }

    package override var statistics: Statistics {
        catchUp()
        var statistics = super.statistics
        statistics.emitted += Int(mark) + volatileCount - unsentCount
        statistics.acknowledged = Int(acknowledgedMark) - unknownCount - unsentCount
        statistics.volatile = volatileCount
        statistics.inFlight = Int(mark - acknowledgedMark)
        statistics.unknown = unknownCount
        return statistics
    }

    // MARK: Requests

    /// Starts a request. Its arguments follow, then `endRequest`.
    func beginRequest(_ id: UInt64, _ name: String, within deadline: UInt64) -> HarkError? {
        catchUp()
        var name = name
        return name.withUTF8 { utf8 in
            let utf8 = UnsafeRawBufferPointer(utf8)
            guard utf8.count <= NativeLimits.nameByteCountMax else {
                return HarkError(.limit, "the name of a request may have \(NativeLimits.nameByteCountMax) bytes")
            }
            let number = number(of: utf8)
            if number == 0 {
                outgoing.beginRequest(id, within: deadline, named: utf8, into: &arguments.bytes)
            } else {
                outgoing.beginRequest(id, within: deadline, number: number, into: &arguments.bytes)
            }
            return nil
        }
    }

    /// Ends the request begun last.
    func endRequest() -> HarkError? {
        if let failure = arguments.takeFailure() {
            arguments.bytes.abandonFrame()
            return HarkError(.arguments, "an argument of the request cannot be encoded: \(failure)", cause: failure)
        }
        guard outgoing.endUncounted(&arguments.bytes) else {
            return HarkError(.limit, "the request is longer than the other side accepts")
        }
        added()
        return nil
    }

    /// Starts the reply to a request. The result follows, then `endReply`.
    func beginReply(_ id: UInt64) {
        catchUp()
        outgoing.beginReply(id, into: &arguments.bytes)
    }

    /// Ends the reply begun last.
    ///
    /// - Returns: false when it cannot be sent; then nothing of it remains.
    func endReply() -> Bool {
        guard arguments.takeFailure() == nil else {
            arguments.bytes.abandonFrame()
            return false
        }
        guard outgoing.endUncounted(&arguments.bytes) else { return false }
        added()
        return true
    }

    func writeFailure(_ id: UInt64, _ outcome: NativeOutcome, _ text: String) {
        catchUp()
        _ = outgoing.writeFailure(id, outcome, text: text, into: &arguments.bytes)
        added()
    }

    // MARK: Sending

    /// The bytes to send next; valid until the next write.
    func next(fullChunksOnly: Bool) -> UnsafeRawBufferPointer {
        catchUp()
        return buffer.next(&arguments.bytes, fullChunksOnly: fullChunksOnly, limits: outgoing.limits)
    }

    /// The socket has taken so many bytes.
    func sent(_ count: Int) { buffer.sent(count, &arguments.bytes) }

    /// The chunk to send next, for a write that takes longer.
    func pin() -> (chunk: ByteChunk, offset: Int) { buffer.pin(&arguments.bytes) }

    /// Bytes that are not sent yet.
    package override var queuedByteCount: Int {
        catchUp()
        return buffer.unsentByteCount(arguments.bytes)
    }

    /// Notes when the window became full, or an acknowledgement came after that, in ms.
    func becameFull(_ now: UInt64) { buffer.becameFull(now) }
    func movedOn(_ now: UInt64) { buffer.movedOn(now) }

    /// Whether the other side has to acknowledge before more is sent.
    var isWindowFull: Bool { buffer.isWindowFull }

    // MARK: Connections

    /// The other side accepts this much.
    ///
    /// - Returns: false when more names are in use than it accepts.
    func setLimits(_ remote: NativeLimits) -> Bool {
        bodyByteCountMax = remote.frameByteCount
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
    var acknowledgedMark: UInt64 { buffer.acknowledgedMark }

    /// The number of an event of this session.
    func mark(of sequence: UInt64) throws(NativeViolation) -> UInt64 {
        guard sequence <= mark &- sessionMark else { throw .acknowledgedTooMany }
        return sessionMark + sequence
    }

    /// Declares all names again, for a connection that has not seen them.
    func redeclareNames(into control: inout ByteWriter) { outgoing.redeclareNames(into: &control) }

    /// The other side has processed `count` more events.
    func acknowledge(_ count: UInt64) throws(NativeViolation) {
        outgoing.setSentCount(arguments.bytes.mark &- sessionMark)
        try outgoing.acknowledge(count)
        buffer.acknowledge(to: sessionMark + outgoing.acknowledgedCount, &arguments.bytes)
    }

    /// Keeps the events that are not acknowledged for the next connection, and drops what concerns only this one.
    ///
    /// - Parameter isInFlight: what was pinned may still be read by the socket.
    func connectionEnded(isInFlight: Bool) {
        catchUp()
        _ = buffer.rewind(&arguments.bytes, isInFlight: isInFlight)
        isMarked = false
    }

    /// A new session begins, in which everything that is kept is sent; what the old one may have delivered says so.
    func beginSession() {
        buffer.markRedelivered(frameByteCountMax: outgoing.limits.frameByteCount)
        sessionMark = buffer.acknowledgedMark
        outgoing.restart(retained: arguments.bytes.mark &- sessionMark)
    }

    /// The session goes on: the other side has processed `count` of its events.
    func resumeSession(from count: UInt64) throws(NativeViolation) {
        outgoing.setSentCount(arguments.bytes.mark &- sessionMark)
        _ = try outgoing.resume(from: count)
        buffer.resume(from: sessionMark + count, &arguments.bytes)
    }

    /// Events may be emitted no more.
    package override func close() {
        guard !isClosed else { return }
        catchUp()
        super.close()
        let (unknown, unsent) = buffer.removeAll(&arguments.bytes)
        unknownCount = Int(unknown)
        drop(.closed, count: Int(unsent))
        unsentCount = Int(unsent)
    }
}
