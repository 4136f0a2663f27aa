import HarkProtocol
import HarkWire
import Testing

@Suite struct MessageIdentifierTests {
    private static func read(_ text: String) -> MessageIdentifier? {
        Array(text.utf8).withUnsafeBytes { MessageIdentifier($0) }
    }

    @Test func `a UUID takes 16 bytes and is written as it was read`() {
        for text in ["f3f8dad9-f7c2-4dd0-9f01-04773e64a974", "00000000-0000-0000-0000-000000000000"] {
            guard let id = Self.read(text), case .uuid = id else {
                Issue.record("\(text) is no UUID")
                continue
            }
            #expect(UhuraSide.text(id) == text)
        }
    }

    @Test func `what is not quite a UUID stays text`() {
        for text in [
            "F3f8dad9-f7c2-4dd0-9f01-04773e64a974", "f3f8dad9-f7c2-4dd0-9f01+04773e64a974",
            "g3f8dad9-f7c2-4dd0-9f01-04773e64a974",
            "f3f8dad9-f7c2-4dd0-9f01-04773e64a97", "1", "é",
        ] {
            #expect(Self.read(text) == .text(text))
            #expect(Self.read(text).map(UhuraSide.text) == text)
        }
    }

    @Test func `as text and as CBOR it is what was read`() {
        for text in ["f3f8dad9-f7c2-4dd0-9f01-04773e64a974", "1", "é\"", String(repeating: "x", count: 255)] {
            guard let id = Self.read(text) else {
                Issue.record("\(text) is no id")
                continue
            }
            #expect(id.text == text)
            var ours = ByteWriter(pool: ChunkPool())
            var values = ByteWriter(pool: ChunkPool())
            id.writeCBOR(to: &ours)
            CBORWriter.write(text, to: &values)
            let (written, expected) = (ours.takeBytes(), values.takeBytes())
            #expect(written == expected)
        }
    }

    @Test func `an empty one is none, and so is one of more than 255 bytes`() {
        #expect(Self.read("") == nil)
        #expect(Self.read(String(repeating: "a", count: 255)) != nil)
        #expect(Self.read(String(repeating: "a", count: 256)) == nil)
    }

    @Test func `a random one is of version 4`() {
        #expect(UhuraSide.text(MessageIdentifier(random: .max, .max)) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(UhuraSide.text(MessageIdentifier(random: 0, 0)) == "00000000-0000-4000-8000-000000000000")
    }
}
