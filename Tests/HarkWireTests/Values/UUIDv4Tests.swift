import HarkWire
import Testing

@Suite struct UUIDv4Tests {
    private static func read(_ text: String) -> UUIDv4? {
        Array(text.utf8).withUnsafeBytes { UUIDv4($0) }
    }

    @Test(arguments: [
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
    ])
    func `what is read is written the same`(text: String) {
        #expect(Self.read(text)?.description == text)
    }

    @Test(arguments: [
        "", "0f1e2d3c4b5a49788695a4b3c2d1e0f9", "0F1E2D3C-4B5A-4978-8695-A4B3C2D1E0F9",
        "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f", "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f99",
        "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0fg", "0f1e2d3c04b5a-4978-8695-a4b3c2d1e0f9",
        "0f1e2d3-c4b5a-4978-8695-a4b3c2d1e0f9", "{f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f}",
    ])
    func `what is written in another way is none`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test func `random bits give way to version and variant only`() {
        #expect(UUIDv4(random: 0, 0).description == "00000000-0000-4000-8000-000000000000")
        #expect(UUIDv4(random: .max, .max).description == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        let bits: (UInt64, UInt64) = (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210)
        #expect(UUIDv4(random: bits.0, bits.1).description == "01234567-89ab-4def-bedc-ba9876543210")
    }
}
