import HarkWire
import Testing

@Suite struct BSONTranscoderTests {
    @Test func `recorded arguments are written byte by byte as they were`() throws {
        for (name, bytes) in try BSONSample.recorded() where name.hasSuffix("payload") {
            let arguments = try bytes.withUnsafeBytes { bytes in
                var cursor = try BSONCursor(bytes)
                let element = try #require(try cursor.next())
                #expect(element.isNamed("payload"))
                let second = try cursor.next()
                #expect(second?.kind == nil)
                return Array(bytes[13..<bytes.count - 1])
            }
            let cbor = try arguments.withUnsafeBytes { try BSONInvariant.cbor($0) }
            #expect(try BSONInvariant.bson(cbor) == arguments, "\(name)")
        }
    }

    @Test func `values of all kinds are written as the original writes them`() throws {
        let written = try BSONSample.bson(
            nil, true, -7, .int(1 << 40), "é", .bytes([1]), [nil], ["k": ["l": 0.5]], .date(milliseconds: 1500),
            .regex(pattern: "^a", options: "mig"), .double(3))
        let expected = """
            0a 3000  08 3100 01  10 3200 f9ffffff  01 3300 0000000000007042  02 3400 03000000 c3a900
            05 3500 01000000 00 01  04 3600 08000000 0a 3000 00
            03 3700 18000000 03 6b00 10000000 01 6c00 000000000000e03f 00 00
            09 3800 dc05000000000000  0b 3900 5e6100 73696d00  10 313000 03000000
            """
        #expect(written == BSONSample.document(expected))
    }

    @Test(arguments: [
        ("f7", "0a 3000"), ("f93c00", "10 3000 01000000"), ("fa3fc00000", "01 3000 000000000000f83f"),
        ("1bffffffffffffffff", "01 3000 000000000000f043"), ("3bffffffffffffffff", "01 3000 000000000000f0c3"),
        ("5f4101420203ff", "05 3000 03000000 00 010203"), ("7f61616162ff", "02 3000 03000000 616200"),
        ("9f01ff", "04 3000 0c000000 10 3000 01000000 00"), ("bf7f6161ffff", ""),
        ("bf7f6161fff6ff", "03 3000 08000000 0a 6100 00"),
        ("c101", "09 3000 e803000000000000"), ("d8236161", "0b 3000 6100 00"),
        (
            "d9d9f782f6a16161f5",
            "04 3000 14000000 0a 3000 03 3100 09000000 08 6100 01 00 00"
        ),
    ])
    func `what is rare in CBOR is written as the value that it is`(hex: String, elements: String) throws {
        if elements.isEmpty {
            #expect(throws: CBORError.self) { try BSONInvariant.bson(Wire.hex(hex)) }
        } else {
            #expect(try BSONInvariant.bson(Wire.hex(hex)) == BSONSample.document(elements))
        }
    }

    @Test(
        arguments: [
            ["a\0": 1], [["\0": nil]], .regex(pattern: "a\0b", options: ""),
            ["k": [.regex(pattern: "\0", options: "g")]],
        ] as [Value])
    func `keys and patterns with a zero byte are refused`(value: Value) throws {
        let cbor = try Wire.cbor(value)
        let error = #expect(throws: CBORError.self) { try BSONInvariant.bson(cbor) }
        #expect(error?.reason == .zeroByte)
        // The same behind a tag, which takes another way.
        let tagged = #expect(throws: CBORError.self) { try BSONInvariant.bson([0xD9, 0xD9, 0xF7] + cbor) }
        #expect(tagged?.reason == .zeroByte)
    }

    @Test func `text may have zero bytes`() throws {
        #expect(try BSONSample.values(BSONSample.bson("a\0b")) == ["a\0b"])
    }

    @Test(arguments: ["18", "1c", "ff", "61ff", "a10101", "8201", "9f01", "a1", "fc", "f818", "7f01ff", "5801", "a161"])
    func `what is not CBOR is refused`(hex: String) {
        #expect(throws: CBORError.self) { try BSONInvariant.bson(Wire.hex(hex)) }
        #expect(Wire.hex(hex).withUnsafeBytes(BSONTranscoderInvariant.violation) == nil)
    }

    @Test func `64 levels are written and not one more`() throws {
        for open in [[0x81], [0xA1, 0x60]] as [[UInt8]] {
            let deep = Array(repeatElement(open, count: 64).joined()) + [0xF6]
            let values = try BSONSample.values(BSONInvariant.bson(deep))
            #expect(try values.map { try Wire.cbor($0) } == [deep])
            let error = #expect(throws: CBORError.self) { try BSONInvariant.bson(open + deep) }
            #expect(error?.reason == .tooDeep)
        }
    }

    @Test func `containers of any length come back`() throws {
        for count in [0, 1, 10, 11, 23, 24, 100, 1_000] {
            let array = Value.array((0..<count).map { .int(Int64($0)) })
            let object = Value.object(Value.Object((0..<count).map { ("key \($0)", Value.int(Int64($0))) }))
            #expect(try BSONSample.values(BSONSample.bson(array, object)) == [array, object])
        }
    }

    @Test func `random values come back as JavaScript has them`() throws {
        var random = SplitMix(state: 7)
        for round in 0..<500 {
            let values = (0..<Int.random(in: 0...4, using: &random)).map { _ in BSONRandom.value(3, &random) }
            let cbor = try values.flatMap { try Wire.cbor($0) }
            let bson = try BSONInvariant.bson(cbor)
            #expect(try BSONSample.values(bson) == values.map(BSONRandom.inJavaScript), "round \(round)")
            #expect(bson.withUnsafeBytes(BSONInvariant.violation) == nil)
        }
    }
}
