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

    @Test func `a small pool hands out small chunks, and larger ones of the pool beside it`() {
        let pool = ChunkPool()
        let small = ChunkPool(smallBeside: pool)
        let few = small.take(byteCount: 1)
        let many = small.take(byteCount: ChunkPool.smallByteCount + 1)
        #expect(few.capacity == ChunkPool.smallByteCount)
        #expect(many.capacity == ByteChunk.standardByteCount)
        small.put(few)
        small.put(many)
        #expect(small.take(byteCount: 1) === few)
        #expect(pool.take(byteCount: 1) === many)
    }

    @Test func `a chunk that others show is used again when its last view is given back, and its views are too`() {
        let pool = ChunkPool()
        let chunk = pool.take(byteCount: 10)
        chunk.base.copyMemory(from: [1, 2, 3, 4] as [UInt8], byteCount: 4)
        chunk.count = 4
        let first = pool.takeView(of: chunk, 0..<3, mark: 5)
        let second = pool.takeView(of: chunk, 2..<4, mark: 6)
        #expect(chunk.isShown && first.isView && first.capacity == 0)
        #expect(Array(first.bytes(from: 0)) == [1, 2, 3] && first.mark == 5)
        #expect(Array(second.bytes(from: 0)) == [3, 4] && second.mark == 6)
        pool.put(chunk)
        pool.put(first)
        let other = pool.take(byteCount: 10)
        #expect(other !== chunk && Array(second.bytes(from: 0)) == [3, 4])
        pool.put(second)
        #expect(!chunk.isShown && pool.take(byteCount: 10) === chunk)
        let again = pool.takeView(of: other, 0..<0, mark: 0)
        #expect(again === second && again.byteCount == 0 && other.isShown)
    }

    @Test func `only so many spare chunks are kept`() {
        let pool = ChunkPool()
        var chunks = (0...ChunkPool.spareCountMin).map { _ in pool.take(byteCount: 1) }
        let kept = chunks.map { Weak(chunk: $0) }
        for chunk in chunks { pool.put(chunk) }
        chunks = []
        #expect(kept.count { $0.chunk != nil } == ChunkPool.spareCountMin)
    }

    @Test func `trimming frees what was not needed since the last time`() {
        let pool = ChunkPool(spareCountMax: 300)
        var chunks = (0..<200).map { _ in pool.take(byteCount: 1) }
        let kept = chunks.map { Weak(chunk: $0) }
        for chunk in chunks { pool.put(chunk) }
        chunks = []
        pool.trim()
        #expect(kept.count { $0.chunk != nil } == 200)
        for chunk in (0..<120).map({ _ in pool.take(byteCount: 1) }) { pool.put(chunk) }
        #expect(pool.hasExcess)
        pool.trim()
        #expect(kept.count { $0.chunk != nil } == 120)
        pool.trim()
        #expect(kept.count { $0.chunk != nil } == ChunkPool.spareCountMin)
        #expect(!pool.hasExcess)
    }

    private struct Weak {
        weak var chunk: ByteChunk?
    }
}
