import HarkWire
import Testing

@Suite struct UTF8CheckTests {
    @Test func `all sequences of up to three bytes are judged as the standard library does`() {
        // Every pair, and behind the pairs that begin longer ones the bytes where the range of
        // continuations begins and ends.
        let edges: [UInt8] = [0x7F, 0x80, 0xBF, 0xC0]
        var wrong: [[UInt8]] = []
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                var cases = [[first, second]]
                if first >= 0xE0 { cases += edges.flatMap { third in edges.map { [first, second, third, $0] } } }
                for bytes in cases {
                    let isValid = bytes.withUnsafeBytes { UTF8Check.isValid($0) }
                    if isValid != (String(validating: bytes, as: UTF8.self) != nil) { wrong.append(bytes) }
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `a foreign byte is found wherever it stands`() {
        for count in 1..<40 {
            for index in 0..<count {
                var bytes = [UInt8](repeating: 0x61, count: count)
                bytes[index] = 0x80
                #expect(bytes.withUnsafeBytes { !UTF8Check.isASCII($0) && !UTF8Check.isValid($0) })
            }
        }
    }
}
