import HarkWire
import Testing

struct UnsafeRawBufferPointerTests {
    @Test func `bytes are the same when they are as many, and each is`() {
        for count in 0..<40 {
            let bytes = (0..<UInt8(count)).map { $0 }
            #expect(isSame(bytes, bytes))
            #expect(!isSame(bytes, bytes + [0]))
            for index in 0..<count {
                var other = bytes
                other[index] ^= 0x80
                #expect(!isSame(bytes, other))
            }
        }
    }

    private func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.withUnsafeBytes { a in b.withUnsafeBytes { a.isSame(as: $0) } }
    }
}
