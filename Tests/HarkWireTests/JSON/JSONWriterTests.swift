import HarkWire
import Testing

@Suite struct JSONWriterTests {
    @Test func `every kind of value is written`() throws {
        let value: Value = [
            nil, true, -7, 2.5, "é\n", .bytes([1]), [], ["b": 1, "a": []], .date(milliseconds: 0),
            .regex(pattern: "^a\"", options: "i"),
        ]
        #expect(
            try Wire.json(value)
                == #"[null,true,-7,2.5,"é\n",{"$bytes":"AQ=="},[],{"b":1,"a":[]},"1970-01-01T00:00:00.000Z","#
                + #"{"$regex":"^a\"","$options":"i"}]"#)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what JSON has no number for is null`(value: Double) throws {
        #expect(try Wire.json(.double(value)) == "null")
    }

    @Test func `control characters are escaped wherever they stand`() throws {
        for place in 0..<20 {
            for code in UInt8(0)..<0x80 {
                var text = String(repeating: "é", count: place)
                text.append(Character(Unicode.Scalar(code)))
                text += "0123456789"
                let written = try Wire.json(.string(text))
                #expect(try Wire.value(json: written) == .string(text))
                #expect(written.utf8.allSatisfy { $0 >= 0x20 })
            }
        }
    }

    @Test func `a value nested too deeply is refused`() {
        var value: Value = 0
        for _ in 0..<65 { value = [value] }
        let deep = value
        #expect(throws: JSONError.self) { try Wire.json(deep) }
    }
}
