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

    @Test(arguments: [
        // Nothing, and heads that are cut off.
        "", "18", "1900", "1a000000", "1b00000000000000", "38", "58", "78", "98", "b8", "d8", "c1", "f9", "f900",
        "fa000000",
        "fb00000000000000", "f8",
        // Contents that are cut off, or claim what cannot be.
        "41", "61", "4261", "81", "8201", "a1", "a161", "a16161", "5b7fffffffffffffff", "7bffffffffffffffff",
        "9bffffffffffffffff", "bb0000000100000000", "9a00100000", "ba7fffffff",
        // Reserved lengths.
        "1c", "1d", "1e", "1f", "3c", "3f", "5c", "7d", "9e", "bc", "dc", "df", "fc", "fd", "fe",
        // Breaks where there is nothing to break.
        "ff", "81ff", "a1ff", "a161ff", "bf6161ff", "c1ff", "8200ff",
        // Open strings of the wrong chunks, open ones in open ones, no end.
        "5f", "5f41", "5f4100", "5f6161ff", "5f00ff", "7f4161ff", "7f7f6161ffff", "7f61", "9f", "9f00", "bf",
        "bf616100",
        // Keys that are not text.
        "a10000", "a1f600", "a1410000", "bf0000ff", "a1c1616100",
        // Text that is not UTF-8: whole, in a key, a character split between two chunks.
        "61ff", "62c328", "63eda080", "62c0af", "64f4908080", "a161ff00", "7f61c361a9ff",
        // Simple values that mean nothing.
        "e0", "f3", "f800", "f818", "f8ff",
        // More than one value.
        "0000", "f6f6", "8000",
    ])
    func `what is not CBOR is refused`(hex: String) {
        #expect(throws: CBORError.self) { try Wire.value(cbor: Wire.hex(hex)) }
    }

    @Test func `an error says what is wrong and where`() {
        #expect(throws: CBORError(.strayBreak, at: 2)) { try Wire.value(cbor: [0x81, 0xFF]) }
        #expect(throws: CBORError(.keyNotText, at: 1)) { try Wire.value(cbor: [0xA1, 0x00, 0x00]) }
        #expect(throws: CBORError(.trailingBytes, at: 1)) { try Wire.value(cbor: [0, 0]) }
        #expect(
            CBORError(.strayBreak, at: 2).description == "a break stands at byte 2, where an item was expected")
    }

    /// A bit of everything.
    static let sample: [UInt8] = Wire.hex(
        "a8 6161 83 01 3903e7 fbc010666666666666 6162 7f 657374726561 646d696e67 ff 6163 5f 420102 43030405 ff"
            + "6164 bf 6346756e f5 63416d74 21 ff 6165 c1 1a514b67b0 6166 d823 82 625e61 6169 6167 f6 6168 9f f93e00 ff"
    )

    @Test func `every truncation is refused, by reading and by skipping`() throws {
        #expect(try Wire.value(cbor: Self.sample).object?.count == 8)
        for count in 0..<Self.sample.count {
            let cut = Array(Self.sample[..<count])
            #expect(throws: CBORError.self, "the first \(count) bytes") { try Wire.value(cbor: cut) }
            if count > 0 { #expect(throws: CBORError.self) { try skip(cut) } }
        }
    }

    @Test func `every change of one byte reads or is refused, and skipping agrees`() {
        var readCount = 0
        var wrong: [String] = []
        for index in Self.sample.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = Self.sample
                changed[index] = byte
                let isRead = (try? Wire.value(cbor: changed)) != nil
                if isRead != ((try? skip(changed)) == 1) { wrong.append("byte \(index) as \(byte)") }
                if isRead { readCount += 1 }
            }
        }
        #expect(readCount >= Self.sample.count)
        #expect(wrong.isEmpty)
    }

    private func skip(_ bytes: [UInt8]) throws(CBORError) -> Int {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(CBORError) in
                var reader = CBORReader(bytes)
                return try reader.skipAll()
            }
        }.get()
    }

    @Test func `64 levels are read and 65 are refused`() throws {
        for (open, shut) in [("81", ""), ("9f", "ff"), ("a16161", "")] {
            func nested(_ levels: Int) -> [UInt8] {
                Wire.hex(String(repeating: open, count: levels) + "00" + String(repeating: shut, count: levels))
            }
            #expect(throws: Never.self) { try Wire.value(cbor: nested(64)) }
            #expect(try skip(nested(64)) == 1)
            #expect(throws: CBORError.self) { try Wire.value(cbor: nested(65)) }
            #expect(throws: CBORError.self) { try skip(nested(65)) }
            #expect(throws: CBORError.self) { try skip(nested(100_000)) }
        }
    }

    @Test func `the deepest value fits a small stack`() {
        let bytes = Wire.hex(String(repeating: "81a16161", count: 32) + "00")
        let isRead = SmallStack.run {
            guard let value = try? Wire.value(cbor: bytes), let written = try? Wire.cbor(value) else { return false }
            return written == bytes && value == value && !value.description.isEmpty
        }
        #expect(isRead == true)
    }

    @Test func `a chain of a million tags is passed in place`() throws {
        let bytes = [UInt8](repeating: 0xC6, count: 1 << 20) + [7]
        #expect(try Wire.value(cbor: bytes) == 7)
        #expect(try skip(bytes) == 1)
    }

    @Test func `numbers beyond 64 bits with sign are the nearest double`() throws {
        #expect(try Wire.value(cbor: Wire.hex("1b7fffffffffffffff")) == .int(.max))
        #expect(try Wire.value(cbor: Wire.hex("1b8000000000000000")) == .double(0x1p63))
        #expect(try Wire.value(cbor: Wire.hex("3b7fffffffffffffff")) == .int(.min))
        #expect(try Wire.value(cbor: Wire.hex("3b8000000000000000")) == .double(-0x1p63))
    }

    @Test func `of a key that occurs twice the last value counts`() throws {
        let value = try Wire.value(cbor: Wire.hex("a3 6161 01 6162 02 6161 03"))
        #expect(value == ["a": 3, "b": 2])
        #expect(value.object?.keys == ["a", "b"])
    }

    @Test func `a large hollow array is refused before it is built, a small one is read`() throws {
        #expect(try Wire.value(cbor: Wire.hex("99 1000") + [UInt8](repeating: 0xF6, count: 4096)).array?.count == 4096)
        let count = 1 << 20
        #expect(throws: CBORError(.overBudget, at: 5)) {
            try Wire.value(cbor: Wire.hex("9a 00100000") + [UInt8](repeating: 0xF6, count: count))
        }
        #expect(throws: CBORError.self) {
            try Wire.value(cbor: [0x9F] + [UInt8](repeating: 0xF6, count: count) + [0xFF])
        }
        #expect(throws: CBORError.self) {
            try Wire.value(cbor: Wire.hex("9a 00055555" + String(repeating: "a16000", count: 0x55555)))
        }
    }
}
