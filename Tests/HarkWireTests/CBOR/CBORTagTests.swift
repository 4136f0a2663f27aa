import HarkWire
import Testing

@Suite struct CBORTagTests {
    @Test(arguments: [
        0, 1, -1, 999, 1000, -1001, 1_363_896_240_500, 8_640_000_000_000_000, 8_639_999_999_999_999,
        -8_639_999_999_999_999, 5_000_000_000_000_001, 4_492_066_577_629_320, -4_501_698_778_366_610,
        .max / 1000 * 1000,
    ])
    func `a date reads back to the millisecond`(milliseconds: Int64) throws {
        let date = Value.date(milliseconds: milliseconds)
        #expect(try Wire.value(cbor: Wire.cbor(date)) == date)
    }

    @Test func `a date beyond those of JavaScript keeps its whole seconds`() throws {
        let date = Value.date(milliseconds: 9_000_000_000_000_001)
        #expect(try Wire.value(cbor: Wire.cbor(date)) == .date(milliseconds: 9_000_000_000_000_000))
    }

    @Test(arguments: ["", "i", "gim"])
    func `a regular expression reads back`(options: String) throws {
        let regex = Value.regex(pattern: "^a.*$", options: options)
        #expect(try Wire.value(cbor: Wire.cbor(regex)) == regex)
    }

    @Test func `content that does not suit its tag is itself`() throws {
        #expect(try Wire.value(cbor: Wire.hex("c16161")) == "a")
        #expect(try Wire.value(cbor: Wire.hex("c1f97c00")) == .double(.infinity))
        #expect(try Wire.value(cbor: Wire.hex("c11b7fffffffffffffff")) == .int(.max))
        #expect(try Wire.value(cbor: Wire.hex("d82301")) == 1)
        #expect(try Wire.value(cbor: Wire.hex("d8238161 61")) == ["a"])
    }

    @Test func `an unknown tag is passed over`() throws {
        #expect(try Wire.value(cbor: Wire.hex("d90102 82 01 02")) == [1, 2])
        #expect(try Wire.value(cbor: Wire.hex("d9d9f7 c1 00")) == .date(milliseconds: 0))
        #expect(try Wire.decode(Int.self, from: Wire.hex("d9d9f7 07")) == 7)
        #expect(try Wire.decode(Int?.self, from: Wire.hex("c6 f6")) == nil)
    }
}
