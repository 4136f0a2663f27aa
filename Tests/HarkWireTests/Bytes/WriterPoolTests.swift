import HarkWire
import Testing

@Suite struct WriterPoolTests {
    @Test func `a writer that was given back is borrowed again, and is empty`() {
        let pool = WriterPool(ChunkPool())
        let first = pool.borrow()
        let second = pool.borrow()
        #expect(first !== second)
        first.writer.append(7 as UInt8)
        first.writer.removeAll()
        pool.giveBack(first)
        let third = pool.borrow()
        let isEmpty = third.writer.isEmpty
        #expect(third === first && isEmpty)
        #expect(pool.borrow() !== first)
    }
}
