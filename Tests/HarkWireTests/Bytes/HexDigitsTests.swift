import HarkWire
import Testing

@Suite struct HexDigitsTests {
    @Test func `sixteen bytes are digits, and no others`() {
        let digits = Array("0123456789abcdef".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(HexDigits.value(byte).map(Int.init) == digits.firstIndex(of: byte), "\(byte)")
        }
        #expect((0..<16).map { HexDigits.digit($0) } == digits)
    }
}
