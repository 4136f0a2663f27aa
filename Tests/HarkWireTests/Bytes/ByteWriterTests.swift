import HarkWire
import Testing

@Suite struct ByteWriterTests {
    @Test func `a frame that does not fit moves to the next chunk whole`() {
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        for _ in 0..<65_530 { writer.append(1) }
        writer.beginFrame()
        for byte in UInt8(2)..<22 { writer.append(byte) }
        writer.patch(0x0403_0201, at: 4)
        let first = writer.takeChunk()
        let last = writer.takeChunk()
        let isEmpty = writer.isEmpty
        #expect(first?.count == 65_530)
        #expect(last.map { Array($0.bytes(from: 0)) } == [2, 3, 4, 5, 1, 2, 3, 4] + Array(10..<22))
        #expect(isEmpty)
    }

    @Test func `the oldest bytes come first, from the open chunk when there is no other`() {
        var writer = ByteWriter(pool: ChunkPool())
        for byte: UInt8 in [1, 2] {
            writer.beginFrame()
            writer.append(byte)
            writer.seal()
        }
        writer.append(3 as UInt8)
        for byte: UInt8 in [1, 2, 3] {
            let bytes = Array(writer.firstBytes())
            #expect(bytes == [byte])
            writer.dropFirst()
        }
        let isEmpty = writer.isEmpty
        #expect(isEmpty)
    }

    @Test func `a writer with nothing but an abandoned frame holds no chunk`() {
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        writer.append(1 as UInt8)
        writer.abandonFrame()
        let bytes = Array(writer.firstBytes())
        #expect(bytes.isEmpty)
        let isEmpty = writer.isEmpty
        #expect(isEmpty)
    }

    @Test func `who fills a small chunk gets a whole one`() {
        var writer = ByteWriter(pool: ChunkPool(smallBeside: ChunkPool()))
        let frame = [UInt8](repeating: 1, count: ChunkPool.smallByteCount / 2 + 1)
        for _ in 0..<3 {
            writer.beginFrame()
            frame.withUnsafeBytes { writer.append($0) }
        }
        writer.seal()
        let sizes = (0..<writer.sealed.count).map { writer.sealed[$0].capacity }
        #expect(sizes == [ChunkPool.smallByteCount, ByteChunk.standardByteCount])
    }

    @Test func `a frame larger than a chunk stays in one piece`() {
        var writer = ByteWriter(pool: ChunkPool())
        writer.append(7)
        writer.beginFrame()
        for n in 0..<200_000 { writer.append(UInt8(truncatingIfNeeded: n)) }
        let byteCount = writer.byteCount
        let first = writer.takeChunk()
        let second = writer.takeChunk()
        #expect(byteCount == 200_001)
        #expect(first?.count == 1)
        #expect(second?.count == 200_000)
    }

    @Test func `any number of bytes is copied whole and no more`() {
        let bytes = (0..<70).map { UInt8($0 + 1) }
        for count in bytes.indices {
            var writer = ByteWriter(pool: ChunkPool())
            bytes[..<count].withUnsafeBytes { writer.append($0) }
            writer.append(0xFF)
            let written = writer.takeBytes()
            #expect(written == Array(bytes[..<count]) + [0xFF])
        }
    }

    @Test func `an abandoned frame leaves the frames before it`() {
        var writer = ByteWriter(pool: ChunkPool())
        writer.append(1)
        writer.beginFrame()
        writer.append("abc")
        writer.abandonFrame()
        writer.append(2)
        let bytes = writer.takeBytes()
        #expect(bytes == [1, 2])
    }

    @Test(arguments: [0, 1, 127, 128, 300, 1 << 35, UInt64.max])
    func `LEB128 reads back what was written`(value: UInt64) {
        var writer = ByteWriter(pool: ChunkPool())
        writer.appendLEB128(value)
        writer.takeBytes().withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            #expect(reader.readLEB128() == value)
            #expect(reader.isAtEnd)
        }
    }

    @Test(arguments: [
        [0x80], [0x80, 0x00], [UInt8](repeating: 0xFF, count: 9) + [0x02], [UInt8](repeating: 0xFF, count: 11),
    ])
    func `LEB128 that is cut off, padded or too long is refused`(bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            #expect(reader.readLEB128() == nil)
        }
    }
}
