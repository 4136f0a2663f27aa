import Captures
import HarkWire
import Testing

@Suite struct JSONStreamSeparatorTests {
    @Test(arguments: [("Streamitter/three-events", JSONStreamForm.array, 3), ("Verbose/lines-handshake", .lines, 2)])
    func `values are written as the recorded stream has them`(
        _ name: String, _ form: JSONStreamForm, _ count: Int
    ) throws {
        let recorded = try Capture.named(name).bytes(from: form == .array ? "client" : "server")
        let values = Splitting.steps(JSONStreamFraming(form), [recorded[...]])
        #expect(values.count == count)
        var separator = JSONStreamSeparator(form)
        var writer = ByteWriter(pool: ChunkPool())
        for value in values {
            separator.write(to: &writer)
            writer.append(utf8: value.description)
        }
        let written = writer.takeBytes()
        #expect(written == recorded)
    }
}
