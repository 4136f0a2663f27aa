import HarkWire
import Testing

@Suite struct UInt64Tests {
    @Test func `up to eight bytes become a word, the first one lowest`() {
        let bytes: [UInt8] = [0x81, 2, 3, 4, 5, 6, 7, 0x88, 0xFF]
        for count in 0...8 {
            let word = bytes.withUnsafeBytes { bytes in bytes.baseAddress.map { UInt64(few: $0, count) } }
            let expected = bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            #expect(word == expected, "\(count) bytes")
        }
    }
}
