/// Writes frames, one after the other, into chunks of a pool. A frame never straddles two chunks.
///
/// `beginFrame` marks where a frame starts; when the open chunk has no room for more, the bytes before that mark are
/// sealed and the unfinished frame moves to a new chunk. A writer without unsent bytes holds no chunk at all, so an
/// idle connection costs no buffer.
@usableFromInline
package struct ByteWriter: ~Copyable {
    /// Stands in for the memory of a writer that holds no chunk: no room, nothing written.
    @usableFromInline static nonisolated(unsafe) let nowhere = UnsafeMutableRawPointer.allocate(
        byteCount: 1, alignment: 1)

    @usableFromInline let pool: ChunkPool
    @usableFromInline var open: ByteChunk?
    @usableFromInline package var sealed = ChunkQueue()
    @usableFromInline var cursor: UnsafeMutableRawPointer
    @usableFromInline var limit: UnsafeMutableRawPointer
    @usableFromInline var frameStart: UnsafeMutableRawPointer

    /// Whatever the caller counts by frames. Each sealed chunk remembers it as it was behind the chunk's last frame.
    @usableFromInline package var mark: UInt64 = 0

    package init(pool: ChunkPool) {
        self.pool = pool
        cursor = Self.nowhere
        limit = Self.nowhere
        frameStart = Self.nowhere
    }
}

// MARK: - Frames

extension ByteWriter {
    /// Starts a frame here. The bytes before it are complete frames.
    @inlinable package mutating func beginFrame() { frameStart = cursor }

    /// Starts a frame with a word, little-endian, and a byte; and makes room for 32 bytes.
    @inlinable @inline(__always)
    package mutating func beginFrame(_ word: UInt32, _ byte: UInt8) {
        frameStart = cursor
        reserve(32)
        cursor.storeBytes(of: UInt64(word) | UInt64(byte) &<< 32, as: UInt64.self)
        cursor += 5
    }

    /// Whether more is sealed than a standard chunk holds: enough for a write.
    @inlinable package var hasFullWrite: Bool { sealed.byteCount > ByteChunk.standardByteCount }

    /// How many bytes of the current frame are written.
    @inlinable package var frameByteCount: Int { cursor - frameStart }

    /// Replaces four bytes that were already written `offset` bytes into the current frame.
    @inlinable
    package mutating func patch(_ value: UInt32, at offset: Int) {
        assert(offset + 4 <= frameByteCount)
        (frameStart + offset).storeBytes(of: value.littleEndian, as: UInt32.self)
    }

    /// Replaces a byte that was already written `offset` bytes into the current frame.
    @inlinable
    package mutating func patch(byte: UInt8, at offset: Int) {
        assert(offset < frameByteCount)
        (frameStart + offset).storeBytes(of: byte, as: UInt8.self)
    }

    /// Moves what is written of the current frame from `offset` on, to make room there for bytes to be patched in.
    package mutating func insert(_ byteCount: Int, at offset: Int) {
        assert(offset <= frameByteCount)
        reserve(byteCount)
        let start = frameStart + offset
        (start + byteCount).copyMemory(from: start, byteCount: cursor - start)
        start.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        cursor += byteCount
    }

    /// Adds the length of the current frame's body to the frame's header, which says only the kind so far.
    @inlinable
    package mutating func patchFrameLength() {
        let kind = frameStart.load(as: UInt8.self)
        patch(FrameHeader(kind: kind, bodyByteCount: frameByteCount - FrameHeader.byteCount).rawValue, at: 0)
    }

    /// Drops what was written of the current frame, or the part of it after `offset`.
    @inlinable
    package mutating func abandonFrame(after offset: Int = 0) {
        assert(offset <= frameByteCount)
        cursor = frameStart + offset
    }

    /// The bytes of the current frame from `offset` on; valid until the next write.
    @inlinable
    package func frameBytes(from offset: Int = 0) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: frameStart + offset, count: frameByteCount - offset)
    }

    /// How many bytes can be written before another chunk is needed.
    @inlinable package var roomByteCount: Int { limit - cursor }

    /// Bytes in the open chunk, the ones of sealed chunks not counted.
    @inlinable package var openByteCount: Int { open.map { cursor - $0.base } ?? 0 }

    /// All bytes written and not yet taken.
    @inlinable package var byteCount: Int { sealed.byteCount + openByteCount }

    @inlinable package var isEmpty: Bool { open == nil && sealed.isEmpty }

    /// The bytes of the open chunk from `offset` on; valid until the next write.
    package mutating func openBytes(from offset: Int) -> UnsafeRawBufferPointer {
        guard let open else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: open.base + offset, count: cursor - open.base - offset)
    }

    /// Adds whole frames that are written already, in another chunk, behind what was written here. They are shown and
    /// not copied.
    ///
    /// - Parameter mark: this writer's, behind them.
    package mutating func append(showing chunk: ByteChunk, _ range: Range<Int>, mark: UInt64) {
        seal()
        sealed.append(pool.takeView(of: chunk, range, mark: mark))
        self.mark = mark
    }

    /// The chunk that is being written, and how much of it is.
    package var openChunk: (chunk: ByteChunk, count: Int)? { open.map { ($0, cursor - $0.base) } }

    /// The bytes of the oldest chunk, which may be the open one; valid until the next write.
    package mutating func firstBytes() -> UnsafeRawBufferPointer {
        if let chunk = sealed.first { return chunk.bytes(from: 0) }
        if openByteCount == 0 { discardOpen() }
        return openBytes(from: 0)
    }

    /// Gives back the chunk with the bytes that `firstBytes` returned.
    package mutating func dropFirst() {
        if let chunk = sealed.popFirst() { pool.put(chunk) } else { discardOpen() }
    }

    /// Takes bytes out of the open chunk. Between frames only.
    ///
    /// - Parameter ranges: in ascending order, and apart.
    package mutating func remove(_ ranges: some Collection<Range<Int>>) {
        guard let open else { return }
        open.count = cursor - open.base
        open.remove(ranges)
        cursor = open.base + open.count
        frameStart = cursor
    }

    /// Gives the open chunk back to the pool; what is written there is sent.
    package mutating func discardOpen() {
        guard let chunk = open else { return }
        pool.put(chunk)
        forgetOpen()
    }

    private mutating func forgetOpen() {
        open = nil
        cursor = Self.nowhere
        limit = Self.nowhere
        frameStart = Self.nowhere
    }

    /// Moves everything written so far to `sealed`. Call it between frames only.
    package mutating func seal() {
        guard let chunk = open else { return }
        chunk.count = cursor - chunk.base
        chunk.mark = mark
        if chunk.count > 0 { sealed.append(chunk) } else { pool.put(chunk) }
        forgetOpen()
    }

    /// The oldest chunk, sealing the open one if it is the only one left. It stays here.
    package mutating func firstChunk() -> ByteChunk? {
        if sealed.isEmpty { seal() }
        return sealed.first
    }

    /// Takes the oldest chunk, sealing the open one if it is the only one left. Give it back to `pool` when done.
    @discardableResult
    package mutating func takeChunk() -> ByteChunk? {
        if sealed.isEmpty { seal() }
        return sealed.popFirst()
    }

    /// Gives back a chunk that was taken here.
    package func recycle(_ chunk: ByteChunk) { pool.put(chunk) }

    /// Takes everything as one array. For what is not sent through a connection.
    package mutating func takeBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        while let chunk = takeChunk() {
            bytes.append(contentsOf: chunk.bytes(from: 0))
            pool.put(chunk)
        }
        return bytes
    }

    /// Drops everything.
    package mutating func removeAll() {
        while let chunk = takeChunk() { pool.put(chunk) }
    }
}

// MARK: - Bytes

extension ByteWriter {
    /// Makes sure that the next `byteCount` bytes go in without another check.
    @inlinable @inline(__always)
    package mutating func reserve(_ byteCount: Int) {
        if limit - cursor < byteCount { grow(byteCount) }
    }

    @inlinable @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        cursor.storeBytes(of: byte, as: UInt8.self)
        cursor += 1
    }

    @inlinable
    package mutating func appendLittleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        cursor.storeBytes(of: value.littleEndian, as: T.self)
        cursor += MemoryLayout<T>.size
    }

    @inlinable
    package mutating func appendBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        cursor.storeBytes(of: value.bigEndian, as: T.self)
        cursor += MemoryLayout<T>.size
    }

    /// A byte and a number after it, with one check for both.
    @inlinable @inline(__always)
    package mutating func append<T: FixedWidthInteger & BitwiseCopyable>(_ byte: UInt8, bigEndian value: T) {
        reserve(1 + MemoryLayout<T>.size)
        cursor.storeBytes(of: byte, as: UInt8.self)
        cursor.storeBytes(of: value.bigEndian, toByteOffset: 1, as: T.self)
        cursor += 1 + MemoryLayout<T>.size
    }

    /// Unsigned LEB128: seven bits a byte, the low ones first, the top bit set on all but the last.
    @inlinable @inline(__always)
    package mutating func appendLEB128(_ value: UInt64) {
        reserve(10)
        // One byte, as nearly always.
        guard value >= 0x80 else {
            cursor.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
            cursor += 1
            return
        }
        appendLongLEB128(value)
    }

    @usableFromInline
    mutating func appendLongLEB128(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            cursor.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            cursor += 1
            rest &>>= 7
        }
        cursor.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        cursor += 1
    }

    @inlinable @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        if bytes.count <= 32 {
            copyFew(start, bytes.count)
        } else {
            cursor.copyMemory(from: start, byteCount: bytes.count)
        }
        cursor += bytes.count
    }

    /// Copies up to 32 bytes as words that overlap in the middle: names, keys and short texts are most of what is
    /// written, and for them calling the C library costs more than the copy.
    @inlinable @inline(__always)
    func copyFew(_ start: UnsafeRawPointer, _ byteCount: Int) {
        if byteCount >= 16 {
            copyWord(start, 0, UInt64.self)
            copyWord(start, 8, UInt64.self)
            copyWord(start, byteCount - 16, UInt64.self)
            copyWord(start, byteCount - 8, UInt64.self)
        } else if byteCount >= 8 {
            copyWord(start, 0, UInt64.self)
            copyWord(start, byteCount - 8, UInt64.self)
        } else if byteCount >= 4 {
            copyWord(start, 0, UInt32.self)
            copyWord(start, byteCount - 4, UInt32.self)
        } else {
            for offset in 0..<byteCount { copyWord(start, offset, UInt8.self) }
        }
    }

    @inlinable @inline(__always)
    func copyWord<T: FixedWidthInteger & BitwiseCopyable>(_ start: UnsafeRawPointer, _ offset: Int, _: T.Type) {
        let word = start.loadUnaligned(fromByteOffset: offset, as: T.self)
        cursor.storeBytes(of: word, toByteOffset: offset, as: T.self)
    }

    /// Two bytes and those after them, which are at least one, with one check for all.
    @inlinable @inline(__always)
    package mutating func appendReserving(_ first: UInt8, _ second: UInt8, _ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count + 2)
        cursor.storeBytes(of: UInt16(first) | UInt16(second) &<< 8, as: UInt16.self)
        (cursor + 2).copyMemory(from: start, byteCount: bytes.count)
        cursor += bytes.count + 2
    }

    @inlinable
    package mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { append($0) }
    }

    @inlinable
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @usableFromInline @inline(never)
    package mutating func grow(_ byteCount: Int) {
        let unfinished = frameByteCount
        let needed = unfinished + byteCount
        // A frame larger than a chunk doubles, so that a long one is not moved for every few bytes. Who has filled a
        // small chunk gets a whole one.
        let least = open == nil ? needed : max(needed, ByteChunk.standardByteCount)
        let chunk = pool.take(byteCount: needed <= ByteChunk.standardByteCount ? least : needed * 2)
        chunk.base.copyMemory(from: frameStart, byteCount: unfinished)
        cursor = frameStart
        seal()
        open = chunk
        frameStart = chunk.base
        cursor = chunk.base + unfinished
        limit = chunk.base + chunk.capacity
    }
}
