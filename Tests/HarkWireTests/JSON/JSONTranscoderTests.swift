import HarkWire
import Testing

@Suite struct JSONTranscoderTests {
    private func violation(_ cbor: [UInt8]) -> String? {
        cbor.withUnsafeBytes { JSONTranscoderInvariant.violation($0) }
    }

    private func elements(_ cbor: [UInt8]) throws -> (count: Int, text: String) {
        var writer = ByteWriter(pool: ChunkPool())
        let count = try cbor.withUnsafeBytes { try JSONTranscoder.writeElements(ofCBOR: $0, to: &writer) }
        return (count, String(decoding: writer.takeBytes(), as: UTF8.self))
    }

    @Test func `every item of a sequence has a comma before it`() throws {
        let items = try [Value.int(1), "a\"", [nil, true], ["k": .double(0.5)]].flatMap { try Wire.cbor($0) }
        let written = try elements(items)
        #expect(written.count == 4)
        #expect(written.text == #",1,"a\"",[null,true],{"k":0.5}"#)
        #expect(try elements([]).count == 0)
    }

    @Test func `every kind of value is written as the writer of values does`() throws {
        let value: Value = [
            nil, true, -7, .int(.min), .int(.max), 2.5, .double(.nan), .double(-.infinity), "é\n", .bytes([1]), [],
            ["b": 1, "a": []], .date(milliseconds: 1500), .regex(pattern: "^a\"", options: "i"), [:],
        ]
        let written = try elements(Wire.cbor(value))
        #expect(written.text == "," + (try Wire.json(value)))
    }

    @Test(arguments: [
        "1bffffffffffffffff", "3bffffffffffffffff", "3b8000000000000000", "f93c00", "fa3fc00000", "f7", "f97e00",
        "5f4101420203ff", "7f61616162ff", "9f0102ff", "bf616101ff", "bf7f6161ff01ff", "c11a514b67b0",
        "c1fb41d452d9ec200000",
        "d8236161", "d8238261616161", "d9d9f701", "a2616101616102", "a26161016162a2617801617802", "a0", "bfff", "9fff",
    ])
    func `what is rare is written as the value that it is`(hex: String) throws {
        let cbor = Wire.hex(hex)
        #expect(throws: Never.self) { try Wire.value(cbor: cbor) }
        #expect(violation(cbor) == nil)
    }

    @Test(arguments: [
        "", "18", "1c", "ff", "61ff", "a10101", "8201", "9f01", "a1", "fc", "f818", "7f01ff", "5801", "a161",
    ])
    func `what is not CBOR is refused`(hex: String) throws {
        if !hex.isEmpty { #expect(throws: CBORError.self) { try elements(Wire.hex(hex)) } }
        #expect(violation(Wire.hex(hex)) == nil)
    }

    @Test func `objects of any size are written, also with keys that occur twice`() throws {
        for count in [31, 32, 33, 100] {
            for twin in [nil, 0, 30] {
                var cbor: [UInt8] = [0xBF]
                for index in 0..<count { cbor += try Wire.cbor(.string("key number \(index)")) + [1] }
                if let twin { cbor += try Wire.cbor(.string("key number \(twin)")) + [2] }
                cbor.append(0xFF)
                #expect(violation(cbor) == nil)
                #expect(violation([0x81] + cbor) == nil)
            }
        }
    }

    @Test func `64 levels are written and 65 are refused`() {
        #expect(violation([UInt8](repeating: 0x81, count: 64) + [1]) == nil)
        #expect(violation([UInt8](repeating: 0x81, count: 65) + [1]) == nil)
        #expect(throws: CBORError.self) { try elements([UInt8](repeating: 0x81, count: 65) + [1]) }
        #expect(throws: CBORError.self) { try elements([UInt8](repeating: 0x9F, count: 65) + [1]) }
    }
}
