import Foundation
import HarkWire
import Testing

@Suite struct ISODateTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (1_363_896_240_500, "2013-03-21T20:04:00.500Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (-62_167_219_200_001, "-000001-12-31T23:59:59.999Z"),
        (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
        (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z"),
        (-8_640_000_000_000_000, "-271821-04-20T00:00:00.000Z"),
    ])
    func `dates print as in JavaScript`(milliseconds: Int64, text: String) throws {
        #expect(try Wire.json(.date(milliseconds: milliseconds)) == "\"\(text)\"")
    }

    @Test func `beyond the dates of JavaScript there is null`() throws {
        #expect(try Wire.json(.date(milliseconds: 8_640_000_000_000_001)) == "null")
        #expect(try Wire.json(.date(milliseconds: .min)) == "null")
    }
}
