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
            let chunks = (0...ChunkPool.spareCountMin).map { _ in pool.take(byteCount: 1) }
            for chunk in chunks { pool.put(chunk) }
            kept = chunks.first
            freed = chunks.last
        }
        #expect(kept != nil)
        #expect(freed == nil)
    }

    @Test func `as many spare chunks are kept as there are in use`() {
        let pool = ChunkPool()
        let used = (0..<300).map { _ in pool.take(byteCount: 1) }
        var others = (0..<200).map { _ in pool.take(byteCount: 1) }
        let addresses = Set(others.map(\.base))
        for chunk in others { pool.put(chunk) }
        others = (0..<200).map { _ in pool.take(byteCount: 1) }
        #expect(Set(others.map(\.base)) == addresses)
        withExtendedLifetime(used) {}
    }

    @Test func `when all have come back, only the least are kept`() {
        let pool = ChunkPool()
        var chunks = (0..<300).map { _ in pool.take(byteCount: 1) }
        let freed = chunks.map { Weak(chunk: $0) }
        for chunk in chunks { pool.put(chunk) }
        chunks = []
        #expect(freed.count { $0.chunk != nil } == ChunkPool.spareCountMin)
    }

    private struct Weak {
        weak var chunk: ByteChunk?
    }
}
