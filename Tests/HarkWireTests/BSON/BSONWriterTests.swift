import HarkWire
import Testing

@Suite struct BSONWriterTests {
    private func written(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var output = ByteWriter(pool: ChunkPool())
        output.append("before")
        output.beginFrame()
        body(&output)
        return Array(output.takeBytes().dropFirst(6))
    }

    @Test func `documents and arrays say their lengths, wherever the frame begins`() {
        let bytes = written { output in
            let document = BSONWriter.beginDocument(to: &output)
            BSONWriter.write(3, BSONWriter.beginElement("v", to: &output), to: &output)
            let array = BSONWriter.beginArray(BSONWriter.beginElement("list", to: &output), to: &output)
            BSONWriter.write(true, BSONWriter.beginElement(index: 0, to: &output), to: &output)
            BSONWriter.endDocument(array, to: &output)
            let inner = BSONWriter.beginDocument(BSONWriter.beginElement("d", to: &output), to: &output)
            BSONWriter.writeNull(BSONWriter.beginElement(index: 12, to: &output), to: &output)
            BSONWriter.endDocument(inner, to: &output)
            BSONWriter.endDocument(document, to: &output)
        }
        let expected = "10 7600 03000000 04 6c69737400 09000000 08 3000 01 00 03 6400 09000000 0a 313200 00"
        #expect(bytes == BSONSample.document(expected))
    }

    @Test func `a document that outgrows its chunk keeps its lengths`() throws {
        let text = [UInt8](repeating: 0x78, count: 50_000)
        let bytes = written { output in
            let document = BSONWriter.beginDocument(to: &output)
            for index in 0..<5 {
                let element = BSONWriter.beginElement(index: index, to: &output)
                text.withUnsafeBytes { BSONWriter.write(text: $0, element, to: &output) }
            }
            BSONWriter.endDocument(document, to: &output)
        }
        let expected = Value.string(String(repeating: "x", count: 50_000))
        #expect(try BSONSample.values(bytes) == [expected, expected, expected, expected, expected])
    }

    @Test func `scalars are of the kinds that the original has for them`() {
        let bytes = written { output in
            for (index, number) in [Int64(Int32.max), Int64(Int32.min), 2_147_483_648, .max].enumerated() {
                BSONWriter.write(number: number, BSONWriter.beginElement(index: index, to: &output), to: &output)
            }
            for (index, number) in [1.0, -0.0, 0.5, .nan, -.infinity, 2_147_483_648].enumerated() {
                BSONWriter.write(number: number, BSONWriter.beginElement(index: index, to: &output), to: &output)
            }
            BSONWriter.write(milliseconds: -1, BSONWriter.beginElement("d", to: &output), to: &output)
            ([0xAB, 0] as [UInt8]).withUnsafeBytes {
                BSONWriter.write(content: $0, BSONWriter.beginElement("b", to: &output), to: &output)
            }
        }
        let expected = """
            10 3000 ffffff7f  10 3100 00000080  01 3200 000000000000e041  01 3300 000000000000e043
            10 3000 01000000  10 3100 00000000  01 3200 000000000000e03f  01 3300 010000000000f07f
            01 3400 000000000000f0ff  01 3500 000000000000e041
            09 6400 ffffffffffffffff  05 6200 02000000 00 ab00
            """
        #expect(bytes == Wire.hex(expected))
    }
}
