import HarkWire
import Testing

@Suite struct ChunkQueueTests {
    private func chunk(_ byteCount: Int) -> ByteChunk {
        let chunk = ByteChunk(capacity: 1_024)
        chunk.count = byteCount
        return chunk
    }

    @Test func `chunks leave in the order in which they came, and their bytes are counted`() {
        var queue = ChunkQueue()
        var expected: [Int] = []
        var left: [Int] = []
        for round in 1...200 {
            queue.append(chunk(round))
            expected.append(round)
            if round.isMultiple(of: 3) { left.append(queue.popFirst()?.count ?? 0) }
        }
        #expect(queue.byteCount == expected.dropFirst(left.count).reduce(0, +))
        while let chunk = queue.popFirst() { left.append(chunk.count) }
        #expect(left == expected)
        #expect(queue.isEmpty)
        #expect(queue.byteCount == 0)
    }
}
