import HarkWire
import Testing

struct ByteChunkTests {
    private func chunk(_ bytes: [UInt8]) -> ByteChunk {
        let chunk = ByteChunk(capacity: 100)
        chunk.base.copyMemory(from: bytes, byteCount: bytes.count)
        chunk.count = bytes.count
        return chunk
    }

    @Test func `what is removed leaves no gaps`() {
        let chunk = chunk([1, 2, 3, 4, 5, 6, 7, 8])
        chunk.remove([1..<3, 3..<4, 6..<7])
        #expect(Array(chunk.bytes(from: 0)) == [1, 5, 6, 8])
        chunk.remove([2..<4])
        #expect(Array(chunk.bytes(from: 0)) == [1, 5])
        chunk.remove([])
        chunk.remove([0..<2])
        #expect(chunk.byteCount == 0)
    }

    @Test func `another is added with its mark`() {
        let (first, second) = (chunk([1, 2]), chunk([3]))
        second.mark = 7
        first.append(second)
        #expect(Array(first.bytes(from: 0)) == [1, 2, 3] && first.mark == 7)
    }
}
