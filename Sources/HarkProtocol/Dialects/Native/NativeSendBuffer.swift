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

    /// The bytes to send next; valid until the next write. Empty when there are none, or the window is full.
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
        // What is sent and acknowledged may still be here, in a chunk with what is not.
        isWindowFull =
            mark > acknowledgedMark
            && (mark - acknowledgedMark > UInt64(limits.windowEventCount)
                || sentByteCount + bytes.count > min(limits.windowByteCount, byteCountMax))
        guard isWindowFull, sentMark <= acknowledgedMark, !bytes.isEmpty else {
            return isWindowFull ? UnsafeRawBufferPointer(start: nil, count: 0) : bytes
        }
        // Nothing is under way, so nothing would ever make room for all of this: send a part.
        isWindowFull = false
        return split(&writer, limits)
    }

    /// The bytes that `next` returned, or `count` of them, have been taken by the socket.
    package mutating func sent(_ count: Int, _ writer: inout ByteWriter) {
        guard count > 0 else { return }
        sentByteCount += count
        sentInChunk += count
        if sendingIndex < chunks.count {
            let chunk = chunks[sendingIndex]
            sentMark = chunk.mark
            passSentChunk()
        } else {
            sentMark = writer.mark
        }
        release(&writer)
    }

    /// The chunk with the bytes that `next` returned, and where in it they begin, for a write that takes longer. It
    /// stays here; nothing is added to it any more.
    package mutating func pin(_ writer: inout ByteWriter) -> (chunk: ByteChunk, offset: Int) {
        if sendingIndex == chunks.count {
            writer.seal()
            collect(from: &writer)
        }
        sentMark = chunks[sendingIndex].mark
        return (chunks[sendingIndex], sentInChunk)
    }

    mutating func collect(from writer: inout ByteWriter) {
        while writer.hasSealed, let chunk = writer.sealed.popFirst() { chunks.append(chunk) }
        passSentChunk()
    }

    /// The chunk at `sendingIndex` may have been sent to its end, now or while it was the writer's.
    mutating func passSentChunk() {
        guard sendingIndex < chunks.count, sentInChunk == chunks[sendingIndex].count else { return }
        sendingIndex += 1
        sentInChunk = 0
    }

    /// Cuts the chunk to send next so that its front fits the window, one frame at least.
    private mutating func split(_ writer: inout ByteWriter, _ limits: NativeLimits) -> UnsafeRawBufferPointer {
        let (chunk, start) = pin(&writer)
        var end = 0
        var events: UInt64 = 0
        var mark = sendingIndex > 0 ? chunks[sendingIndex - 1].mark : frontMark
        // From the front of the chunk: a frame may be sent in part.
        NativeFrame.forEach(in: chunk, from: 0) { kind, frame in
            let counted: UInt64 = kind == .event || kind == .namedEvent ? 1 : 0
            if end >= start {
                let isFitting =
                    end - start + frame.count <= limits.windowByteCount
                    && events + counted <= UInt64(limits.windowEventCount)
                guard isFitting || end == start else { return false }
                events += counted
            }
            end += frame.count
            mark += counted
            return true
        }
        guard end < chunk.count else { return chunk.bytes(from: start) }
        let rest = pool.take(byteCount: chunk.count - end)
        rest.base.copyMemory(from: chunk.base + end, byteCount: chunk.count - end)
        rest.count = chunk.count - end
        rest.mark = chunk.mark
        chunk.mark = mark
        chunks.shortened(by: rest.count)
        chunk.count = end
        chunks.insert(rest, at: sendingIndex + 1)
        return chunk.bytes(from: start)
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
        while sendingIndex > 0, let chunk = chunks.first, chunk.mark <= acknowledgedMark {
            _ = chunks.popFirst()
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
        while let chunk = chunks.first, chunk.mark <= mark {
            _ = chunks.popFirst()
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
