import HarkWire
import Testing

@Suite struct ArgumentWriterTests {
    @Test func `containers are written with their count`() throws {
        let bytes = try Wire.arguments {
            $0.beginObject(count: 2)
            $0.writeKey("a")
            $0.write(1)
            $0.writeKey("b")
            $0.beginArray(count: 2)
            $0.write(true)
            $0.write("x")
            $0.endArray()
            $0.endObject()
        }
        #expect(bytes == Wire.hex("a2 6161 01 6162 82 f5 6178"))
    }

    @Test func `the first failure stays until it is taken`() {
        var writer = ArgumentWriter(pool: ChunkPool())
        writer.fail(.invalid("first"))
        writer.fail(.invalid("second"))
        let first = writer.takeFailure()
        let second = writer.takeFailure()
        #expect(first == .invalid("first"))
        #expect(second == nil)
    }

    @Test func `a value that is too deep with what is around it is a failure`() {
        var value: Value = 0
        for _ in 0..<64 { value = [value] }
        let deepest = value
        #expect(throws: Never.self) { try Wire.encode(deepest) }
        #expect(throws: ArgumentError.tooDeep(limit: 64)) { try Wire.encode([deepest]) }
    }

    @Test func `strings that are not native are written as others`() throws {
        let text = "slice of something longer"
        #expect(try Wire.encode(String(text.dropFirst(9))) == Wire.encode("something longer"))
    }
}
