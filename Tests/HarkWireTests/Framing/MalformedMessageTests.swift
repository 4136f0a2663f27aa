import HarkWire
import Testing

@Suite struct MalformedMessageTests {
    private func excerpt(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { MalformedMessage.excerpt(of: $0) }
    }

    @Test func `an excerpt is printable`() {
        #expect(excerpt(Array("[\"a\\n\u{1}é".utf8)) == #"["a\x5cn\x01\xc3\xa9"#)
    }

    @Test func `an excerpt is the last 64 bytes at most`() {
        #expect(excerpt(Array(repeating: 0x61, count: 100) + [0x62]) == String(repeating: "a", count: 63) + "b")
        #expect(excerpt(Array(repeating: 0, count: 100)) == String(repeating: "\\x00", count: 16))
    }

    @Test func `the error of a reader shows what stands before it`() {
        let text = Array("[\"name\",,1]".utf8)
        let malformed = text.withUnsafeBytes { bytes in
            do throws(JSONError) {
                var cursor = JSONCursor(bytes)
                try cursor.skip()
                return nil as MalformedMessage?
            } catch { return MalformedMessage(error, in: bytes) }
        }
        #expect(malformed?.excerpt == "[\"name\",,")
        #expect(malformed?.description == "expected a value at byte 8: [\"name\",,")
    }
}
