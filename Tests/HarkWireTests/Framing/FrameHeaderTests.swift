import HarkWire
import Testing

@Suite struct FrameHeaderTests {
    @Test(arguments: [0, 1, 255, 256, 1 << 20, FrameHeader.bodyByteCountMax])
    func `kind and length come back`(byteCount: Int) {
        for kind in [UInt8(0), 5, 0xFF] {
            let header = FrameHeader(kind: kind, bodyByteCount: byteCount)
            #expect(header.kind == kind)
            #expect(header.bodyByteCount == byteCount)
        }
    }

    @Test func `the kind is the first byte on the wire`() {
        let header = FrameHeader(kind: 0x05, bodyByteCount: 0x030201)
        withUnsafeBytes(of: header.rawValue.littleEndian) { #expect(Array($0) == [0x05, 0x01, 0x02, 0x03]) }
    }
}
