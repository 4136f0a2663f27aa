import HarkProtocol
import HarkWire
import Testing

struct EventcastDigestTests {
    @Test func `it is written as its digits`() {
        let digest = EventcastDigest(random: 0x12, 0, 0xAB)
        #expect("\(digest)" == "00000000000000120000000000000000000000ab")
    }

    private func written(_ digest: EventcastDigest) -> String {
        var output = ByteWriter(pool: ChunkPool())
        output.beginFrame()
        digest.write(BSONWriter.beginElement("", to: &output), to: &output)
        return String(decoding: output.takeBytes().dropFirst(6).dropLast(), as: UTF8.self)
    }

    private func read(_ text: String) -> EventcastDigest? {
        Array(text.utf8).withUnsafeBytes { EventcastDigest($0) }
    }

    @Test func `forty digits are read and written`() throws {
        let text = "fa62d5587d527548b912745e4ed1afac71bd0c28"
        let digest = try #require(read(text))
        #expect(written(digest) == text)
        #expect(digest == EventcastDigest(random: 0xFA62_D558_7D52_7548, 0xB912_745E_4ED1_AFAC, 0x71BD_0C28))
        #expect(written(EventcastDigest(random: 0, 0, 1)) == String(repeating: "0", count: 39) + "1")
    }

    @Test(arguments: [
        "", "0", "fa62d5587d527548b912745e4ed1afac71bd0c2", "fa62d5587d527548b912745e4ed1afac71bd0c280",
        "FA62d5587d527548b912745e4ed1afac71bd0c28", "ga62d5587d527548b912745e4ed1afac71bd0c28",
    ])
    func `anything else is not a digest`(text: String) {
        #expect(read(text) == nil)
    }
}
