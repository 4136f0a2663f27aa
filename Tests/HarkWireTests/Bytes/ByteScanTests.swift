import HarkWire
import Testing

@Suite struct ByteScanTests {
    @Test func `a byte is found at every place, beside every other`() {
        // Lines are found by it; every other byte may stand before the line feed.
        for count in 0..<20 {
            for byte in UInt8.min...UInt8.max where byte != 0x0A && byte != 0x0D {
                let line = [UInt8](repeating: byte, count: count)
                let expected: [Splitting.Kept] = count == 0 ? [] : [.message(line)]
                #expect(Splitting.steps(LineFraming(), [(line + [0x0A, byte])[...]]) == expected)
            }
        }
    }
}
