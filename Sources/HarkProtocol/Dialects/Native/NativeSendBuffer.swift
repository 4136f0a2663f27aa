package import HarkWire

/// The data stream from the oldest event that the other side has not acknowledged to the newest: what may have to be
/// sent again is the very memory that was written to the socket.
///
/// The newest data is still in the writer. Positions are counted by the writer's `mark`, which is the number of counted
/// events written since there is this stream, whatever the session.
package struct NativeSendBuffer: ~Copyable {
    /// Whole chunks, oldest first. Those up to `sendingIndex` are sent, the last of them in part.
    var chunks = ChunkQueue()
    var sendingIndex = 0
    /// How much is sent of the chunk at `sendingIndex`, or of the writer's open one when that is next.
    private var sentInChunk = 0
    /// How many bytes `next` returned, those not counted that were sent meanwhile, and the mark behind them.
    private var offered: (byteCount: Int, mark: UInt64) = (0, 0)
    /// Likewise of `afterNext`.
    private var following: (byteCount: Int, mark: UInt64) = (0, 0)
    /// Bytes here or in the writer that are sent and kept.
    private var sentByteCount = 0

    /// Counted events up to here are acknowledged.
    package private(set) var acknowledgedMark: UInt64 = 0
    /// Counted events in front of the oldest chunk.
    private(set) var frontMark: UInt64 = 0
    /// Counted events up to here have been handed to this connection.
    package private(set) var sentMark: UInt64 = 0
    /// Counted events up to here may have arrived over an earlier connection.
    var arrivedMark: UInt64 = 0

    /// Whether there is something to send that the window has no room for.
    package private(set) var isWindowFull = false

    /// 1 MiB: what is under way at first. While the round trip is short that is enough to keep both sides busy, and the
    /// memory that is written again and again stays in the caches.
    package static let byteCountFirst = 1 << 20
    /// 2 ms: a full window that waits longer for an acknowledgement is too small for this connection.
    private static let patience: UInt64 = 2

    /// While a window is nearly full, what finds room leaves in parts of an eighth at least: smaller ones cost writes.
    private static let partsOfWindow = 8

    /// What may be under way now, in bytes; the other side's window at most.
    private var byteCountMax = byteCountFirst
    /// When the window became full, in ms.
    private var fullSince: UInt64?

    let pool: ChunkPool

    package init(pool: ChunkPool) { self.pool = pool }

    /// Bytes that wait here, sent or not, those in the writer not counted.
    package var keptByteCount: Int { chunks.byteCount }

    /// Full and half-full blocks of memory that are held here.
    package var chunkCount: Int { chunks.count }

    /// Bytes that are not sent yet.
    package mutating func unsentByteCount(_ writer: borrowing ByteWriter) -> Int {
        chunks.byteCount + writer.byteCount - sentByteCount
    }

    // MARK: Sending

    /// The bytes to send next, whole frames; valid until the next write. Empty when there are none, or the window is
    /// full.
    ///
    /// - Parameter fullChunksOnly: the chunk that is being filled waits.
    package mutating func next(
        _ writer: inout ByteWriter, fullChunksOnly: Bool, limits: NativeLimits
    ) -> UnsafeRawBufferPointer {
        collect(from: &writer)
        let isWhole = sendingIndex < chunks.count
        if !isWhole, fullChunksOnly { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let bytes = isWhole ? chunks[sendingIndex].bytes(from: sentInChunk) : writer.openBytes(from: sentInChunk)
        let mark = isWhole ? chunks[sendingIndex].mark : writer.mark
        following = (0, mark)
        isWindowFull = exceedsWindow(mark, bytes.count, limits)
        guard !isWindowFull else { return front(of: bytes, limits) }
        offered = (bytes.count, mark)
        return bytes
    }

    /// The bytes behind those that `next` returned, for the same write: another chunk, if the window has room for it.
    package mutating func afterNext(
        _ writer: inout ByteWriter, fullChunksOnly: Bool, limits: NativeLimits
    ) -> UnsafeRawBufferPointer {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let index = sendingIndex + 1
        let isWhole = index < chunks.count
        guard isWhole || index == chunks.count && !fullChunksOnly,
            sentInChunk + offered.byteCount == chunks[sendingIndex].count
        else { return nothing }
        let bytes = isWhole ? chunks[index].bytes(from: 0) : writer.openBytes(from: 0)
        let mark = isWhole ? chunks[index].mark : writer.mark
        guard !exceedsWindow(mark, offered.byteCount + bytes.count, limits) else { return nothing }
        following = (bytes.count, mark)
        return bytes
    }

    /// What is sent and acknowledged may still be here, in a chunk with what is not.
    private func exceedsWindow(_ mark: UInt64, _ byteCount: Int, _ limits: NativeLimits) -> Bool {
        mark > acknowledgedMark
            && (mark - acknowledgedMark > UInt64(limits.windowEventCount)
                || sentByteCount + byteCount > min(limits.windowByteCount, byteCountMax))
    }

    /// Some of the bytes that `next` and `afterNext` returned have been taken by the socket. Unless all were, `pin`
    /// comes next; and then the rest of that chunk is sent.
    package mutating func sent(_ count: Int, _ writer: inout ByteWriter) {
        guard count > 0 else { return }
        sentByteCount += count
        let first = min(count, offered.byteCount)
        advance(first)
        if offered.byteCount == 0 {
            offered = following
            advance(count - first)
        }
        if sentMark <= acknowledgedMark { release(&writer) }
    }

    private mutating func advance(_ count: Int) {
        guard count > 0 else { return }
        sentInChunk += count
        offered.byteCount -= count
        sentMark = offered.mark
        passSentChunk()
    }

    /// The chunk with the bytes that `next` returned, and where in it they begin, for a write that takes longer. They
    /// are its last ones. It stays here; nothing is added to it any more.
    package mutating func pin(_ writer: inout ByteWriter) -> (chunk: ByteChunk, offset: Int) {
        if sendingIndex == chunks.count {
            writer.seal()
            collect(from: &writer)
        }
        sentMark = offered.mark
        let chunk = chunks[sendingIndex]
        cut(chunk, at: sentInChunk + offered.byteCount)
        return (chunk, sentInChunk)
    }

    mutating func collect(from writer: inout ByteWriter) {
        while !writer.sealed.isEmpty, let chunk = writer.sealed.popFirst() { chunks.append(chunk) }
        passSentChunk()
    }

    /// The chunk at `sendingIndex` may have been sent to its end, now or while it was the writer's.
    mutating func passSentChunk() {
        guard sendingIndex < chunks.count, sentInChunk == chunks[sendingIndex].count else { return }
        sendingIndex += 1
        sentInChunk = 0
    }

    /// As many of the frames in `bytes` as the window has room for, if that is worth a write. When nothing is under
    /// way, nothing would ever make room for more, and it is one frame at least.
    private mutating func front(of bytes: UnsafeRawBufferPointer, _ limits: NativeLimits) -> UnsafeRawBufferPointer {
        let isIdle = sentMark <= acknowledgedMark
        let windowByteCount = min(limits.windowByteCount, byteCountMax)
        let byteRoom = isIdle ? windowByteCount : windowByteCount - sentByteCount
        let lastMark = acknowledgedMark + UInt64(limits.windowEventCount)
        offered = (0, sentMark)
        guard isIdle || isWorthwhile(lastMark, byteRoom, limits) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        // From the front of the chunk: there the mark is known.
        var frames = MarkedFrames(
            UnsafeRawBufferPointer(start: bytes.baseAddress.map { $0 - sentInChunk }, count: sentInChunk + bytes.count),
            sendingIndex > 0 ? chunks[sendingIndex - 1].mark : frontMark)
        while let frame = frames.next() {
            let end = frame.offset + frame.bytes.count - sentInChunk
            guard end > 0 else { continue }
            let isFitting = frame.mark <= lastMark && end <= byteRoom
            guard isFitting || isIdle && offered.byteCount == 0 else { break }
            offered = (end, frame.mark)
        }
        isWindowFull = offered.byteCount == 0
        return UnsafeRawBufferPointer(rebasing: bytes[..<offered.byteCount])
    }

    private func isWorthwhile(_ lastMark: UInt64, _ byteRoom: Int, _ limits: NativeLimits) -> Bool {
        lastMark > sentMark + UInt64(limits.windowEventCount / Self.partsOfWindow)
            && byteRoom > min(limits.windowByteCount, byteCountMax) / Self.partsOfWindow
    }

    /// Moves what is behind `end` to a chunk of its own.
    private mutating func cut(_ chunk: ByteChunk, at end: Int) {
        guard end < chunk.count else { return }
        let rest = pool.take(byteCount: chunk.count - end)
        rest.base.copyMemory(from: chunk.base + end, byteCount: chunk.count - end)
        rest.count = chunk.count - end
        rest.mark = chunk.mark
        chunk.mark = offered.mark
        chunks.shortened(by: rest.count)
        chunk.count = end
        chunks.insert(rest, at: sendingIndex + 1)
    }

    // MARK: Acknowledging

    /// Notes that sending stops because the window is full.
    package mutating func becameFull(_ now: UInt64) { fullSince = fullSince ?? now }

    /// An acknowledgement has made room. One that took long makes the window larger.
    package mutating func movedOn(_ now: UInt64) {
        if let fullSince, now - fullSince >= Self.patience { byteCountMax = min(byteCountMax * 2, 1 << 40) }
        fullSince = nil
    }

    /// The other side has processed all events up to `mark`.
    package mutating func acknowledge(to mark: UInt64, _ writer: inout ByteWriter) {
        acknowledgedMark = mark
        isWindowFull = false
        release(&writer)
    }

    /// Gives back what will not be sent again.
    mutating func release(_ writer: inout ByteWriter) {
        while sendingIndex > 0, let mark = chunks.firstMark, mark <= acknowledgedMark, let chunk = chunks.popFirst() {
            sendingIndex -= 1
            sentByteCount -= chunk.count
            frontMark = chunk.mark
            pool.put(chunk)
        }
        guard chunks.isEmpty, sentInChunk > 0, writer.mark <= acknowledgedMark, sentInChunk == writer.openByteCount
        else { return }
        // An idle connection keeps no buffer.
        sentByteCount -= sentInChunk
        sentInChunk = 0
        frontMark = writer.mark
        writer.discardOpen()
    }

    // MARK: Connections

    /// The connection is gone: keeps the events that are not acknowledged, and drops what concerned only this
    /// connection: requests and replies, volatile events, names, which are declared anew, and a goodbye.
    ///
    /// - Parameter isInFlight: a write of the chunk that was pinned has not ended; the socket may still read it.
    /// - Returns: how many events are kept.
    package mutating func rewind(_ writer: inout ByteWriter, isInFlight: Bool) -> UInt64 {
        writer.seal()
        collect(from: &writer)
        var kept = ByteWriter(pool: pool)
        kept.mark = acknowledgedMark
        var mark = frontMark
        for index in 0..<chunks.count {
            let chunk = chunks[index]
            let isPinned = isInFlight && index == sendingIndex
            let sentCount = index < sendingIndex || isPinned ? chunk.count : index == sendingIndex ? sentInChunk : 0
            var position = 0
            NativeFrame.forEach(in: chunk, from: 0) { kind, frame in
                defer { position += frame.count }
                guard kind == .event || kind == .namedEvent else { return true }
                mark += 1
                if position < sentCount { arrivedMark = max(arrivedMark, mark) }
                guard mark > acknowledgedMark else { return true }
                kept.beginFrame()
                kept.append(frame)
                kept.mark += 1
                return true
            }
            if !isPinned { pool.put(chunk) }
        }
        restart(with: &kept)
        return kept.mark - acknowledgedMark
    }

    /// The session goes on: the other side has processed all events up to `mark`, and gets the rest.
    package mutating func resume(from mark: UInt64, _ writer: inout ByteWriter) {
        acknowledgedMark = mark
        sendingIndex = 0
        while let last = chunks.firstMark, last <= mark, let chunk = chunks.popFirst() {
            frontMark = chunk.mark
            pool.put(chunk)
        }
        guard let chunk = chunks.first else { return }
        var offset = 0
        var passed = frontMark
        NativeFrame.forEach(in: chunk, from: 0) { _, frame in
            guard passed < mark else { return false }
            passed += 1
            offset += frame.count
            return true
        }
        sentInChunk = offset
        sentByteCount = offset
    }

    /// A new session begins: events that may have arrived in the old one say so when they come again.
    ///
    /// - Parameter frameByteCountMax: the longest body the other side accepts. An event that would become longer is
    ///   sent as it is.
    package mutating func markRedelivered(frameByteCountMax: Int) {
        guard arrivedMark > acknowledgedMark else { return }
        var kept = ByteWriter(pool: pool)
        kept.mark = acknowledgedMark
        let arrived = arrivedMark
        while let chunk = chunks.popFirst() {
            NativeFrame.forEach(in: chunk, from: 0) { kind, frame in
                NativeRedelivery.copy(frame, isNew: kept.mark >= arrived, kind, frameByteCountMax, to: &kept)
                kept.mark += 1
                return true
            }
            pool.put(chunk)
        }
        restart(with: &kept)
    }

    private mutating func restart(with kept: inout ByteWriter) {
        kept.seal()
        chunks = kept.sealed
        kept.sealed = ChunkQueue()
        sendingIndex = 0
        sentInChunk = 0
        sentByteCount = 0
        frontMark = acknowledgedMark
        sentMark = acknowledgedMark
        isWindowFull = false
        fullSince = nil
        byteCountMax = Self.byteCountFirst
    }

    /// Drops everything.
    ///
    /// - Returns: how many events were sent and not acknowledged, and how many were never sent.
    package mutating func removeAll(_ writer: inout ByteWriter) -> (unknown: UInt64, unsent: UInt64) {
        let certain = certainMark
        defer { clear(&writer) }
        return (certain - acknowledgedMark, writer.mark - certain)
    }

    private mutating func clear(_ writer: inout ByteWriter) {
        writer.removeAll()
        while let chunk = chunks.popFirst() { pool.put(chunk) }
        acknowledgedMark = writer.mark
        arrivedMark = writer.mark
        var nothing = ByteWriter(pool: pool)
        restart(with: &nothing)
    }
}
