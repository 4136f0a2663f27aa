/// A block of memory that bytes are written to once and then only read.
///
/// A chunk is filled by one `ByteWriter`, handed to a socket and returned to the `ChunkPool` it came from. It is
/// the unit that travels: frames are never copied out of it on their way to the kernel.
public final class ByteChunk {
    /// 64 KiB: measured on loopback, smaller chunks cost throughput (16 KiB: 0.6 of it), larger ones gain nothing.
    @usableFromInline package static let standardByteCount = 64 * 1024

    @inlinable package var base: UnsafeMutableRawPointer { memory }
    @usableFromInline package let capacity: Int

    /// The bytes `0..<count` are written.
    @inlinable package var count: Int {
        get { writtenCount }
        set { writtenCount = newValue }
    }

    /// The writer's `mark` when the last whole frame here had ended.
    @inlinable package var mark: UInt64 {
        get { endMark }
        set { endMark = newValue }
    }

    // Behind inlinable accessors: other modules would check each access at run time.
    @exclusivity(unchecked) @usableFromInline var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) @usableFromInline var writtenCount = 0
    @exclusivity(unchecked) @usableFromInline var endMark: UInt64 = 0

    /// Whether it shows the memory of another chunk, and has none of its own.
    package let isView: Bool
    /// That other chunk; nil when there is none any more.
    @exclusivity(unchecked) private(set) var owner: ByteChunk?
    /// How many chunks show this one's memory.
    @exclusivity(unchecked) private var viewCount = 0
    /// Whether its writer has given it back, and it waits for its views.
    @exclusivity(unchecked) private var isRetired = false
    /// Where it goes when the last of them has ended.
    @exclusivity(unchecked) var home: ChunkPool?

    @usableFromInline
    package init(capacity: Int) {
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 16)
        isView = false
    }

    /// A view of nothing yet.
    init() {
        capacity = 0
        memory = ByteWriter.nowhere
        isView = true
    }

    deinit { if !isView { memory.deallocate() } }

    // MARK: Views

    /// Shows bytes of another chunk that are written for good, from now on until `endView`.
    func show(_ owner: ByteChunk, _ range: Range<Int>, mark: UInt64) {
        memory = owner.memory + range.lowerBound
        self.owner = owner
        count = range.count
        self.mark = mark
        owner.viewCount += 1
    }

    /// Shows nothing any more.
    ///
    /// - Returns: the chunk it showed, if that waited for its last view to end: its memory may be written anew.
    func endView() -> ByteChunk? {
        guard let owner else { return nil }
        self.owner = nil
        owner.viewCount -= 1
        guard owner.isRetired, owner.viewCount == 0 else { return nil }
        owner.isRetired = false
        return owner
    }

    /// Whether others show its memory.
    package var isShown: Bool { viewCount > 0 }

    /// Whether its memory may be written anew.
    func retire() -> Bool {
        isRetired = isShown
        return !isRetired
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
