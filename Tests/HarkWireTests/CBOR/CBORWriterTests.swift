import HarkWire
import Testing

@Suite struct CBORWriterTests {
    @Test(arguments: [
        (23, 1), (24, 2), (255, 2), (256, 3), (65_535, 3), (65_536, 5), (0xFFFF_FFFF, 5), (0x1_0000_0000, 9),
        (.max, 9), (-1, 1), (-24, 1), (-25, 2), (-256, 2), (-257, 3), (-65_536, 3), (-65_537, 5),
        (-0x1_0000_0000, 5), (-0x1_0000_0001, 9), (.min, 9),
    ])
    func `integers take the fewest bytes and read back`(number: Int64, byteCount: Int) throws {
        let bytes = try Wire.cbor(.int(number))
        #expect(bytes.count == byteCount)
        #expect(try Wire.value(cbor: bytes) == .int(number))
    }

    @Test func `a double reads back bit for bit, not a number included`() throws {
        for bits in [0x7FF8_0000_0000_0001, 0x8000_0000_0000_0000, 1, 0x7FEF_FFFF_FFFF_FFFF] as [UInt64] {
            let bytes = try Wire.cbor(.double(Double(bitPattern: bits)))
            #expect(bytes.count == 9)
            #expect(try Wire.value(cbor: bytes).double?.bitPattern == bits)
        }
    }

    @Test func `text and bytes of any length read back`() throws {
        for count in [0, 1, 15, 16, 23, 24, 255, 256, 65_535, 65_536, 200_000] {
            let text = Value.string(String(repeating: "x", count: count))
            #expect(try Wire.value(cbor: Wire.cbor(text)) == text)
            let bytes = Value.bytes(Bytes([UInt8](repeating: 7, count: count)))
            #expect(try Wire.value(cbor: Wire.cbor(bytes)) == bytes)
        }
    }

    @Test func `a value nested too deeply is refused`() {
        var value: Value = 0
        for _ in 0..<64 { value = ["a": value] }
        let deepest = value
        #expect(throws: Never.self) { try Wire.cbor(deepest) }
        #expect(throws: CBORError.self) { try Wire.cbor([deepest]) }
    }
}
