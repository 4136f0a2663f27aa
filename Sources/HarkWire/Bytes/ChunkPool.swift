/// Chunks of one size that nobody uses at the moment, the one used last on top: it is still in the cache.
///
/// Belongs to one thread or one lock; not `Sendable`.
@usableFromInline
package final class ChunkPool {
    /// 64 chunks are 4 MiB. So many are kept for good, or as much memory in chunks of another size.
    @usableFromInline package static let spareCountMin = 64

    /// 2 048 chunks are 128 MiB: a hundred connections with a full window of 1 MiB each, and some.
    package static let spareCountMax = 2_048

    /// 4 096 views that show nothing are half a MiB.
    private static let spareViewCountMax = 4_096

    @exclusivity(unchecked) private var spare: [ByteChunk] = []
    @exclusivity(unchecked) private var spareViews: [ByteChunk] = []
    /// The least there were since the last `trim`: those have not been needed meanwhile.
    @exclusivity(unchecked) private var leastCount = 0
    private let limit: Int

    private let chunkByteCount: Int
    /// Where larger chunks come from; nil when they are made to measure.
    private let larger: ChunkPool?

    /// - Parameter spareCountMax: what comes back beyond that is freed. Who sets it higher than the default calls
    ///   `trim` from time to time.
    package init(spareCountMax: Int = ChunkPool.spareCountMin) {
        limit = spareCountMax
        chunkByteCount = ByteChunk.standardByteCount
        larger = nil
    }

    /// Chunks of another size, for who fills them as a whole. Chunks that show their memory may be put into any pool.
    package init(chunkByteCount: Int) {
        limit = max(1, Self.spareCountMin * ByteChunk.standardByteCount / chunkByteCount)
        self.chunkByteCount = chunkByteCount
        larger = nil
    }

    /// 512 bytes: a welcome, or forty pings. Thousands of connections may write one in the same turn.
    package static let smallByteCount = 512

    /// Small chunks, for what is mostly a few bytes. What needs more gets a chunk of `larger`.
    package init(smallBeside larger: ChunkPool) {
        limit = Self.spareCountMin
        chunkByteCount = Self.smallByteCount
        self.larger = larger
    }

    /// A chunk with room for at least `byteCount` bytes.
    @usableFromInline
    package func take(byteCount: Int) -> ByteChunk {
        guard byteCount <= chunkByteCount else {
            return larger?.take(byteCount: byteCount) ?? ByteChunk(capacity: byteCount)
        }
        guard let chunk = spare.popLast() else { return ByteChunk(capacity: chunkByteCount) }
        leastCount = min(leastCount, spare.count)
        return chunk
    }

    /// A chunk that shows bytes of another one, which are written for good. For those who send the same bytes to many:
    /// each has a count and a mark of its own. There is no room for more.
    package func takeView(of chunk: ByteChunk, _ range: Range<Int>, mark: UInt64) -> ByteChunk {
        let view = spareViews.popLast() ?? ByteChunk()
        view.show(chunk, range, mark: mark)
        return view
    }

    private func putView(_ view: ByteChunk) {
        if let chunk = view.endView() { chunk.home?.put(chunk) }
        if spareViews.count < Self.spareViewCountMax { spareViews.append(view) }
    }

    /// Takes a chunk back. Its bytes may be overwritten from now on.
    @usableFromInline
    package func put(_ chunk: ByteChunk) {
        if chunk.isView { return putView(chunk) }
        guard chunk.retire() else {
            chunk.home = self
            return
        }
        guard chunk.capacity == chunkByteCount else {
            larger?.put(chunk)
            return
        }
        guard spare.count < limit else { return }
        chunk.count = 0
        spare.append(chunk)
    }

    /// Whether there are more than are kept for good.
    package var hasExcess: Bool { spare.count > Self.spareCountMin }

    /// Frees the chunks that were not needed since the last call, but for those that are kept for good.
    package func trim() {
        let excess = min(leastCount, spare.count - Self.spareCountMin)
        // From the bottom, where they have lain longest.
        if excess > 0 { spare.removeFirst(excess) }
        leastCount = spare.count
    }
}
