import HarkWire
import Testing

@Suite struct BytesTests {
    @Test func `bytes are a value of one word`() {
        #expect(MemoryLayout<Bytes>.size == 8)
        let one: Bytes = [1, 2]
        var two = one
        two.append(3)
        two[0] = 9
        #expect(one == [1, 2])
        #expect(two == [9, 2, 3])
    }

    @Test func `bytes are made of arrays, sequences and spans`() {
        let array: [UInt8] = [1, 2, 3]
        #expect(Bytes(array) == Bytes(1...3))
        #expect(Bytes(copying: array.span.bytes) == [1, 2, 3])
        #expect(Bytes("é".utf8) == [0xC3, 0xA9])
        #expect(Bytes().isEmpty)
        #expect(Bytes(array).withBytes { $0.byteCount } == 3)
    }

    @Test func `a description shows the first bytes only`() {
        #expect(Bytes([0xCA, 0xFE]).description == "2 bytes: ca fe")
        #expect(Bytes([UInt8](repeating: 0, count: 33)).description.hasSuffix("00 …"))
    }
}
