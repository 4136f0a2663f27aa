import HarkWire
import Testing

@Suite struct BSONElementTests {
    /// Reads the only element of a document.
    private func read<Content>(
        _ hex: String, _ body: (BSONElement) throws(BSONError) -> Content
    ) throws(BSONError) -> Content {
        try BSONSample.document(hex).withUnsafeBytes { bytes in
            Result { () throws(BSONError) in
                var cursor = try BSONCursor(bytes)
                guard let element = try cursor.next() else { throw BSONError(.truncated, at: 0) }
                return try body(element)
            }
        }.get()
    }

    @Test(
        arguments: [
            ("01 00 000000000000e03f", .double(0.5)), ("01 00 000000000000f03f", 1), ("01 00 0000000000000080", 0),
            ("01 00 0000000000004043", .int(9_007_199_254_740_992)),
            ("01 00 0100000000004043", .double(0x1.0000000000001p53)),
            ("01 00 000000000000f07f", .double(.infinity)),
            ("02 00 03000000 c3a900", "é"), ("02 00 02000000 0000", "\0"), ("02 00 01000000 00", ""),
            ("03 00 0500000000", [:]), ("04 00 0500000000", []),
            ("03 00 0e000000 10 6b00 01000000 0a 00 00", ["k": 1, "": nil]),
            ("04 00 13000000 10 3700 01000000 10 3000 02000000 00", [1, 2]),
            ("05 00 02000000 00 abcd", .bytes([0xAB, 0xCD])), ("05 00 00000000 04", .bytes([])),
            ("05 00 06000000 02 02000000 abcd", .bytes([0xAB, 0xCD])),
            ("08 00 01", true), ("08 00 00", false), ("0a 00", nil),
            ("09 00 00005c2605000000", .date(milliseconds: 22_118_400_000)),
            ("09 00 ffffffffffffffff", .date(milliseconds: -1)),
            ("0b 00 72652e6700 6900", .regex(pattern: "re.g", options: "i")),
            ("0b 00 6100 73696d00", .regex(pattern: "a", options: "gim")),
            ("0b 00 0000", .regex(pattern: "", options: "")),
            ("10 00 00000080", .int(-2_147_483_648)), ("12 00 ffffffffffffff7f", .int(.max)),
            ("12 00 ffffffffffffffff", -1),
        ] as [(String, Value)])
    func `what programs send is what it is`(hex: String, value: Value) throws {
        #expect(try BSONSample.values(BSONSample.document(hex)) == [value])
    }

    @Test(
        arguments: [
            ("06 00", nil), ("7f 00", nil), ("ff 00", nil),
            ("07 00 0102030405060708090a0bfc", "0102030405060708090a0bfc"),
            ("0c 00 02000000 6100 0102030405060708090a0b0c", "0102030405060708090a0b0c"),
            ("0d 00 02000000 6100", "a"), ("0e 00 02000000 6200", "b"),
            ("0f 00 0f000000 02000000 6100 0500000000", "a"),
            ("11 00 0100000002000000", 8_589_934_593), ("11 00 ffffffffffffffff", .double(0x1p64)),
        ] as [(String, Value)])
    func `what only databases write becomes the nearest thing`(hex: String, value: Value) throws {
        #expect(try BSONSample.values(BSONSample.document(hex)) == [value])
    }

    @Test(arguments: [
        ("08 00 02", BSONError(.badBool, at: 6)), ("02 00 02000000 6161", BSONError(.unterminated, at: 10)),
        ("02 00 02000000 ff00", BSONError(.badUTF8, at: 10)), ("0b 00 ff0000", BSONError(.badUTF8, at: 6)),
        ("0b 00 00ff00", BSONError(.badUTF8, at: 6)),
        ("05 00 06000000 02 03000000 abcd", BSONError(.wrongLength, at: 11)),
        ("05 00 02000000 02 abcd", BSONError(.wrongLength, at: 11)),
        ("0f 00 0f000000 03000000 6100 0500000000", BSONError(.unterminated, at: 14)),
        ("0f 00 0f000000 02000000 6100 0600000000", BSONError(.wrongLength, at: 16)),
        ("0f 00 0f000000 0b000000 6100 0500000000", BSONError(.wrongLength, at: 10)),
        ("0c 00 02000000 6161 0102030405060708090a0b0c", BSONError(.unterminated, at: 10)),
    ])
    func `values that are not what they say are refused`(hex: String, error: BSONError) {
        #expect(BSONSample.refusal(BSONSample.document(hex)) == error)
    }

    @Test func `an integer is read from every number that is one`() throws {
        for hex in ["10 00 07000000", "12 00 0700000000000000", "01 00 0000000000001c40"] {
            let integer = try read(hex) { element throws(BSONError) in try element.readInteger() }
            #expect(integer == 7)
        }
        for hex in ["01 00 000000000000e03f", "02 00 02000000 3700", "01 00 000000000000f07f"] {
            #expect(throws: BSONError(.expected(.int32), at: 6)) {
                try read(hex) { element throws(BSONError) in try element.readInteger() }
            }
        }
    }

    @Test func `a value is not read as one of another kind`() throws {
        #expect(throws: BSONError(.expected(.string), at: 6)) {
            try read("0e 00 02000000 6200") { element throws(BSONError) in try element.readString().count }
        }
        #expect(throws: BSONError(.expected(.bool), at: 6)) {
            try read("10 00 01000000") { element throws(BSONError) in try element.readBool() }
        }
        #expect(throws: BSONError(.expected(.array), at: 6)) {
            try read("03 00 0500000000") { element throws(BSONError) in _ = try element.beginArray() }
        }
        #expect(throws: BSONError(.expected(.document), at: 6)) {
            try read("04 00 0500000000") { element throws(BSONError) in _ = try element.beginDocument() }
        }
    }

    @Test func `a key is compared whole`() throws {
        let isNamed = try read("0a 76657200") { element in
            [element.isNamed("ver"), element.isNamed("ve"), element.isNamed("verb"), element.isNamed("")]
        }
        #expect(isNamed == [true, false, false, false])
    }
}
