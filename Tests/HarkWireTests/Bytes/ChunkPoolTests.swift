import HarkWire
import Testing

@Suite struct ChunkPoolTests {
    @Test func `the chunk given back last is used next`() {
        let pool = ChunkPool()
        let first = pool.take(byteCount: 10)
        let second = pool.take(byteCount: 10)
        #expect(first !== second)
        second.count = 7
        pool.put(first)
        pool.put(second)
        let again = pool.take(byteCount: 10)
        #expect(again === second)
        #expect(again.count == 0)
    }

    @Test func `a chunk larger than standard is made to measure and not kept`() {
        let pool = ChunkPool()
        let large = pool.take(byteCount: 1 << 20)
        #expect(large.capacity == 1 << 20)
        pool.put(large)
        #expect(pool.take(byteCount: 1).capacity == ByteChunk.standardByteCount)
    }

    @Test func `only so many spare chunks are kept`() {
        let pool = ChunkPool()
        weak var kept: ByteChunk?
        weak var freed: ByteChunk?
        do {
            let chunks = (0...ChunkPool.spareCountMax).map { _ in pool.take(byteCount: 1) }
            for chunk in chunks { pool.put(chunk) }
            kept = chunks.first
            freed = chunks.last
        }
        #expect(kept != nil)
        #expect(freed == nil)
    }
}
