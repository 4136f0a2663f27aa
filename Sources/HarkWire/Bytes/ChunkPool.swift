/// Chunks of standard size that nobody uses at the moment, the one used last on top: it is still in the cache.
///
/// Belongs to one thread or one lock; not `Sendable`.
@usableFromInline
package final class ChunkPool {
    /// 64 chunks are 4 MiB. More are kept only while as many are in use: a server whose thousands of connections take
    /// turns would otherwise free memory and get it from the system again with every write.
    @usableFromInline package static let spareCountMin = 64

    /// 1 024 chunks are 64 MiB: whatever is in use, or was lost with a connection that was cut off, no more are kept.
    package static let spareCountMax = 1_024

    @exclusivity(unchecked) private var spare: [ByteChunk] = []
    /// Chunks of standard size that are out.
    @exclusivity(unchecked) private var usedCount = 0

    package init() {}

    /// A chunk with room for at least `byteCount` bytes.
    @usableFromInline
    package func take(byteCount: Int) -> ByteChunk {
        guard byteCount <= ByteChunk.standardByteCount else { return ByteChunk(capacity: byteCount) }
        usedCount += 1
        return spare.popLast() ?? ByteChunk(capacity: ByteChunk.standardByteCount)
    }

    /// Takes a chunk back. Its bytes may be overwritten from now on.
    @usableFromInline
    package func put(_ chunk: ByteChunk) {
        guard chunk.capacity == ByteChunk.standardByteCount else { return }
        usedCount -= 1
        chunk.count = 0
        spare.append(chunk)
        shrink()
    }

    /// One chunk comes and up to two go, so that spare ones fall as fast as used ones.
    private func shrink() {
        let kept = max(Self.spareCountMin, min(usedCount, Self.spareCountMax))
        for _ in 0..<2 where spare.count > kept { spare.removeLast() }
    }
}
