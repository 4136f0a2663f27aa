/// Chunks of standard size that nobody uses at the moment, the one used last on top: it is still in the cache.
///
/// Belongs to one thread or one lock; not `Sendable`.
@usableFromInline
package final class ChunkPool {
    /// 64 chunks are 4 MiB. What comes back beyond that is freed.
    @usableFromInline package static let spareCountMax = 64

    @exclusivity(unchecked) private var spare: [ByteChunk] = []

    package init() {}

    /// A chunk with room for at least `byteCount` bytes.
    @usableFromInline
    package func take(byteCount: Int) -> ByteChunk {
        guard byteCount <= ByteChunk.standardByteCount else { return ByteChunk(capacity: byteCount) }
        return spare.popLast() ?? ByteChunk(capacity: ByteChunk.standardByteCount)
    }

    /// Takes a chunk back. Its bytes may be overwritten from now on.
    @usableFromInline
    package func put(_ chunk: ByteChunk) {
        guard chunk.capacity == ByteChunk.standardByteCount, spare.count < Self.spareCountMax else { return }
        chunk.count = 0
        spare.append(chunk)
    }
}
