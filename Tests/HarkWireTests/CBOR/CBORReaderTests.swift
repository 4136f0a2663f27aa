import HarkWire
import Testing

@Suite struct CBORReaderTests {
    /// RFC 8949, appendix A: the bytes, what they mean here, and whether Hark would write them in the same way.
    static let appendixA: [(hex: String, value: Value, isOurs: Bool)] = [
        ("00", 0, true), ("01", 1, true), ("0a", 10, true), ("17", 23, true), ("1818", 24, true),
        ("1819", 25, true), ("1864", 100, true), ("1903e8", 1000, true), ("1a000f4240", 1_000_000, true),
        ("1b000000e8d4a51000", 1_000_000_000_000, true),
        ("1bffffffffffffffff", .double(0x1p64), false),
        ("c249010000000000000000", .bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]), false),
        ("3bffffffffffffffff", .double(-0x1p64), false),
        ("c349010000000000000000", .bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]), false),
        ("20", -1, true), ("29", -10, true), ("3863", -100, true), ("3903e7", -1000, true),
        ("f90000", 0.0, false), ("f98000", .double(-0.0), false), ("f93c00", 1.0, false),
        ("fb3ff199999999999a", 1.1, true), ("f93e00", 1.5, false), ("f97bff", 65504.0, false),
        ("fa47c35000", 100000.0, false), ("fa7f7fffff", 3.4028234663852886e+38, false),
        ("fb7e37e43c8800759c", 1.0e+300, true), ("f90001", 5.960464477539063e-8, false),
        ("f90400", 0.00006103515625, false), ("f9c400", -4.0, false), ("fbc010666666666666", -4.1, true),
        ("f97c00", .double(.infinity), false), ("f9fc00", .double(-.infinity), false),
        ("fa7f800000", .double(.infinity), false), ("faff800000", .double(-.infinity), false),
        ("fb7ff0000000000000", .double(.infinity), true), ("fbfff0000000000000", .double(-.infinity), true),
        ("f4", false, true), ("f5", true, true), ("f6", nil, true), ("f7", nil, false),
        ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z", false),
        ("c11a514b67b0", .date(milliseconds: 1_363_896_240_000), true),
        ("c1fb41d452d9ec200000", .date(milliseconds: 1_363_896_240_500), true),
        ("d74401020304", .bytes([1, 2, 3, 4]), false),
        ("d818456449455446", .bytes([0x64, 0x49, 0x45, 0x54, 0x46]), false),
        ("d82076687474703a2f2f7777772e6578616d706c652e636f6d", "http://www.example.com", false),
        ("40", .bytes([]), true), ("4401020304", .bytes([1, 2, 3, 4]), true),
        ("60", "", true), ("6161", "a", true), ("6449455446", "IETF", true), ("62225c", "\"\\", true),
        ("62c3bc", "\u{FC}", true), ("63e6b0b4", "\u{6C34}", true), ("64f0908591", "\u{10151}", true),
        ("80", [], true), ("83010203", [1, 2, 3], true), ("8301820203820405", [1, [2, 3], [4, 5]], true),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            .array((1...25).map { .int($0) }), true
        ),
        ("a0", [:], true), ("a26161016162820203", ["a": 1, "b": [2, 3]], true),
        ("826161a161626163", ["a", ["b": "c"]], true),
        (
            "a56161614161626142616361436164614461656145", ["a": "A", "b": "B", "c": "C", "d": "D", "e": "E"],
            true
        ),
        ("5f42010243030405ff", .bytes([1, 2, 3, 4, 5]), false),
        ("7f657374726561646d696e67ff", "streaming", false),
        ("9fff", [], false), ("9f018202039f0405ffff", [1, [2, 3], [4, 5]], false),
        ("9f01820203820405ff", [1, [2, 3], [4, 5]], false), ("83018202039f0405ff", [1, [2, 3], [4, 5]], false),
        ("83019f0203ff820405", [1, [2, 3], [4, 5]], false),
        (
            "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
            .array((1...25).map { .int($0) }), false
        ),
        ("bf61610161629f0203ffff", ["a": 1, "b": [2, 3]], false), ("826161bf61626163ff", ["a", ["b": "c"]], false),
        ("bf6346756ef563416d7421ff", ["Fun": true, "Amt": -2], false),
    ]

    @Test(arguments: appendixA)
    func `every example of RFC 8949 reads as what it means`(hex: String, value: Value, isOurs: Bool) throws {
        let bytes = Wire.hex(hex)
        #expect(try Wire.value(cbor: bytes) == value)
        if isOurs { #expect(try Wire.cbor(value) == bytes) }
    }
}
