import HarkWire
import Testing

@Suite struct BSONCursorTests {
    @Test func `elements have their keys and kinds, in order`() throws {
        let bytes = BSONSample.document("10 7600 03000000  02 6900 02000000 7800  08 00 01  0a 6e00")
        try bytes.withUnsafeBytes { bytes in
            var cursor = try BSONCursor(bytes)
            var found: [String] = []
            while let element = try cursor.next() {
                found.append("\(String(decoding: element.key, as: UTF8.self)) \(element.kind)")
            }
            #expect(found == ["v int32", "i string", " bool", "n null"])
        }
    }

    @Test func `every truncation of a recorded document is refused`() throws {
        let samples = try BSONSample.recorded()
        #expect(samples.count == 22)
        for (name, bytes) in samples {
            #expect(BSONSample.refusal(bytes) == nil, "\(name)")
            for count in 0..<bytes.count {
                #expect(BSONSample.refusal(Array(bytes[..<count])) != nil, "\(name) cut at \(count)")
                // The same, with a length and an end that suit it.
                let sound = BSONSample.document(Array(bytes.dropFirst(4).prefix(count)))
                #expect(sound.withUnsafeBytes(BSONInvariant.violation) == nil, "\(name) ended at \(count)")
            }
        }
    }

    @Test func `no byte of a recorded document can be changed into something unsound`() throws {
        for (name, bytes) in try BSONSample.recorded() {
            for index in bytes.indices {
                let byte = bytes[index]
                for other in [0, 1, 2, 3, 4, 5, 0x0B, 0x0F, 0x7F, 0x80, 0xFF, byte ^ 1, byte ^ 0x80, byte &+ 4] {
                    var changed = bytes
                    changed[index] = other
                    #expect(changed.withUnsafeBytes(BSONInvariant.violation) == nil, "\(name), \(other) at \(index)")
                }
            }
        }
    }

    @Test(arguments: [
        ("", BSONError(.truncated, at: 0)), ("05000000", BSONError(.truncated, at: 0)),
        ("0400000000", BSONError(.wrongLength, at: 0)), ("0600000000", BSONError(.wrongLength, at: 0)),
        ("050000000000", BSONError(.wrongLength, at: 0)), ("ffffffff00", BSONError(.wrongLength, at: 0)),
        ("0500000001", BSONError(.unterminated, at: 0)),
    ])
    func `a document is as long as it says and ends with a zero byte`(hex: String, error: BSONError) {
        #expect(BSONSample.refusal(Wire.hex(hex)) == error)
    }

    @Test(arguments: [
        ("00", BSONError(.unknownKind(0), at: 4)),
        ("13 00 00000000000000000000000000000000", BSONError(.unknownKind(0x13), at: 4)),
        ("0a 61", BSONError(.unterminated, at: 5)), ("0a ff00", BSONError(.badUTF8, at: 5)),
        ("10 00 000000", BSONError(.truncated, at: 4)), ("01 00 00000000000000", BSONError(.truncated, at: 4)),
        ("08 00", BSONError(.truncated, at: 4)), ("02 00 010000", BSONError(.truncated, at: 4)),
        ("0b 00 6100", BSONError(.truncated, at: 4)), ("0b 00 61", BSONError(.truncated, at: 4)),
        ("07 00 0102030405060708090a0b", BSONError(.truncated, at: 4)),
    ])
    func `elements are of a known kind and whole`(elements: String, error: BSONError) {
        #expect(BSONSample.refusal(BSONSample.document(elements)) == error)
    }

    @Test(arguments: ["00000000", "ffffffff", "ffffff7f", "00000080", "03000000", "01000001"])
    func `lengths that cannot be are refused before anything is read`(length: String) {
        for kind in ["02", "03", "04", "0c", "0d", "0e", "0f"] {
            let document = BSONSample.document("0a 00 \(kind) 00 \(length) 6100")
            #expect(BSONSample.refusal(document) == BSONError(.wrongLength, at: 8), "\(kind)")
        }
        if length != "00000000" {
            #expect(
                BSONSample.refusal(BSONSample.document("05 00 \(length) 00 6100")) == BSONError(.wrongLength, at: 6))
        }
    }

    @Test func `documents within documents do not reach beyond them`() {
        // The inner document says one byte more than the outer one leaves it.
        #expect(BSONSample.refusal(BSONSample.document("03 00 06000000 00")) == BSONError(.wrongLength, at: 6))
        // It ends where it says, but with something else.
        #expect(BSONSample.refusal(BSONSample.document("03 00 06000000 0001")) == BSONError(.unterminated, at: 6))
        #expect(BSONSample.refusal(BSONSample.document("04 00 06000000 0100")) == BSONError(.unterminated, at: 11))
    }

    @Test(arguments: [0x03, 0x04] as [UInt8])
    func `64 levels are read and not one more`(kind: UInt8) throws {
        #expect(BSONSample.refusal(BSONSample.nested(64, kind: kind)) == nil)
        #expect(BSONSample.refusal(BSONSample.nested(65, kind: kind))?.reason == .tooDeep)
        let deep = BSONSample.nested(2_000, kind: kind)
        let error = SmallStack.run { BSONSample.refusal(deep) }
        #expect(error??.reason == .tooDeep)
    }
}
