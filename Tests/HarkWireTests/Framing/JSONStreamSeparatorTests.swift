import Captures
import HarkWire
import Testing

@Suite struct JSONStreamSeparatorTests {
    @Test func `values are written as the recorded stream has them`() throws {
        let recorded = try Capture.named("Streamitter/three-events").bytes(from: "client")
        let values = Splitting.steps(JSONStreamFraming(), [recorded[...]])
        #expect(values.count == 3)
        var separator = JSONStreamSeparator()
        var writer = ByteWriter(pool: ChunkPool())
        for value in values {
            separator.write(to: &writer)
            writer.append(utf8: value.description)
        }
        let written = writer.takeBytes()
        #expect(written == recorded)
    }
}
