/// A block of memory that bytes are written to once and then only read.
///
/// A chunk is filled by one `ByteWriter`, handed to a socket and returned to the `ChunkPool` it came from. It is
/// the unit that travels: frames are never copied out of it on their way to the kernel.
public final class ByteChunk {
    /// 64 KiB: measured on loopback, smaller chunks cost throughput (16 KiB: 0.6 of it), larger ones gain nothing.
    @usableFromInline package static let standardByteCount = 64 * 1024

    @usableFromInline package let base: UnsafeMutableRawPointer
    @usableFromInline package let capacity: Int

    /// The bytes `0..<count` are written.
    @exclusivity(unchecked) @usableFromInline package var count = 0

    /// The writer's `mark` when the last whole frame here had ended.
    @exclusivity(unchecked) package var mark: UInt64 = 0

    /// The chunk whose memory this one shows; nil when it has its own.
    package let owner: ByteChunk?
    /// How many chunks show this one's memory.
    @exclusivity(unchecked) private var viewCount = 0
    /// Whether its writer has given it back, and it waits for its views.
    @exclusivity(unchecked) private var isRetired = false
    /// Where it goes when the last of them has ended.
    @exclusivity(unchecked) var home: ChunkPool?

    @usableFromInline
    package init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 16)
        owner = nil
    }

    /// Shows bytes of another chunk, which are not written any more. For those who send the same bytes to many: each
    /// has a count and a mark of its own. There is no room for more.
    package init(showing owner: ByteChunk, from offset: Int, to end: Int, mark: UInt64) {
        capacity = 0
        base = owner.base + offset
        self.owner = owner
        count = end - offset
        self.mark = mark
        owner.viewCount += 1
    }

    deinit { if owner == nil { base.deallocate() } }

    /// Whether its memory may be written anew.
    func retire() -> Bool {
        isRetired = viewCount > 0
        return !isRetired
    }

    /// One of the chunks that show its memory is not needed any more.
    ///
    /// - Returns: whether its memory may be written anew.
    func viewEnded() -> Bool {
        viewCount -= 1
        guard isRetired, viewCount == 0 else { return false }
        isRetired = false
        return true
    }

    /// How many bytes are written.
    public var byteCount: Int { count }

    /// Takes bytes out and closes the gaps.
    ///
    /// - Parameter ranges: in ascending order, and apart.
    package func remove(_ ranges: some Collection<Range<Int>>) {
        guard let first = ranges.first else { return }
        var end = first.lowerBound
        var next = ranges.startIndex
        while next != ranges.endIndex {
            let start = ranges[next].upperBound
            next = ranges.index(after: next)
            let kept = (next == ranges.endIndex ? count : ranges[next].lowerBound) - start
            (base + end).copyMemory(from: base + start, byteCount: kept)
            end += kept
        }
        count = end
    }

    /// Adds the bytes of another chunk, for which there is room, and takes over its mark.
    package func append(_ other: ByteChunk) {
        precondition(count + other.count <= capacity)
        (base + count).copyMemory(from: other.base, byteCount: other.count)
        count += other.count
        mark = other.mark
    }

    /// Calls `body` with the written bytes from `offset` on.
    public func withBytes<Result>(from offset: Int = 0, _ body: (RawSpan) -> Result) -> Result {
        body(bytes(from: offset).bytes)
    }

    /// The written bytes from `offset` on. Valid while the chunk is retained and not back in its pool.
    @inlinable
    package func bytes(from offset: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + offset, count: count - offset)
    }
}
