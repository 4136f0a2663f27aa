import HarkWire
import Testing

@Suite struct ArgumentReaderTests {
    @Test func `arguments follow each other without an array around them`() throws {
        let bytes = try Wire.arguments {
            "ping".encode(into: &$0)
            1.encode(into: &$0)
            $0.writeNull()
        }
        #expect(bytes == Wire.hex("6470696e67 01 f6"))
        try Wire.read(bytes) { reader throws(ArgumentError) in
            #expect(reader.nextKind == .string)
            try reader.skip()
            let number = try Int(reading: &reader)
            let nothing = try Int?(reading: &reader)
            let missing = try Int?(reading: &reader)
            let isAtEnd = reader.isAtEnd
            #expect(number == 1 && nothing == nil && missing == nil && isAtEnd)
        }
    }

    @Test func `the kind of what comes next is told without reading it`() throws {
        for (hex, kind) in [
            ("07", .int), ("26", .int), ("4101", .bytes), ("6161", .string), ("80", .array), ("9fff", .array),
            ("a0", .object), ("f4", .bool), ("f6", .null), ("f7", .null), ("f93c00", .double), ("c100", .date),
            ("d8236161", .regex), ("c66161", .string), ("", nil), ("ff", nil), ("1c", nil), ("c1", nil), ("e0", nil),
        ] as [(String, ArgumentKind?)] {
            let found = Wire.hex(hex).withUnsafeBytes { ArgumentReader($0).nextKind }
            #expect(found == kind, "\(hex)")
        }
    }

    @Test func `bytes are lent in place, from several pieces as a copy`() throws {
        for hex in ["43010203", "5f4101420203ff"] {
            let sum = try Wire.read(Wire.hex(hex)) { reader throws(ArgumentError) in
                try reader.withBytes { span in span.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } } }
            }
            #expect(sum == 6)
        }
        try Wire.read(Wire.hex("5f4101ff")) { reader throws(ArgumentError) in
            let isInPlace = try reader.readBytesInPlace() != nil
            let bytes = try reader.readBytes()
            #expect(!isInPlace && bytes == [1])
        }
    }

    @Test(arguments: ["a2 6161 01 6162 820203", "bf 6161 01 6162 9f0203ff ff"])
    func `objects and arrays are read part by part, of known length or not`(hex: String) throws {
        let found = try Wire.read(Wire.hex(hex)) { reader throws(ArgumentError) in
            var found: [String] = []
            var object = try reader.beginObject()
            while let key = try reader.nextKey(in: &object) {
                guard reader.nextKind == .array else {
                    found.append("\(key) \(try Int(reading: &reader))")
                    continue
                }
                var array = try reader.beginArray()
                _ = try reader.next(in: &array)
                found.append("\(key)[0] \(try Int(reading: &reader))")
                try reader.skipRest(ofArray: &array)
            }
            // Asking again does no harm.
            let again = try reader.nextKey(in: &object)
            #expect(again == nil && reader.isAtEnd)
            return found
        }
        #expect(found == ["a 1", "b[0] 2"])
    }

    @Test func `every truncation of typed arguments is an error`() throws {
        let bytes = try Wire.arguments {
            ["a": [1, 2], "b": []].encode(into: &$0)
            "text of more than fifteen bytes".encode(into: &$0)
            (-1.5).encode(into: &$0)
            70_000.encode(into: &$0)
        }
        func read(_ bytes: [UInt8]) throws(ArgumentError) {
            try Wire.read(bytes) { reader throws(ArgumentError) in
                _ = try [String: [Int]](reading: &reader)
                _ = try String(reading: &reader)
                _ = try Double(reading: &reader)
                _ = try Int(reading: &reader)
            }
        }
        #expect(throws: Never.self) { try read(bytes) }
        for count in 0..<bytes.count {
            #expect(throws: ArgumentError.self, "the first \(count) bytes") { try read(Array(bytes[..<count])) }
        }
    }

    @Test func `typed reading stops at the same depth as any other`() {
        let bytes = [UInt8](repeating: 0x81, count: 65) + [0]
        #expect(throws: ArgumentError.tooDeep(limit: 64)) { try Wire.decode(Nest.self, from: bytes) }
        #expect(throws: Never.self) { try Wire.decode(Nest.self, from: Array(bytes.dropFirst())) }
    }

    /// Arrays in arrays.
    private struct Nest: EventArgument {
        var parts: [Nest]

        func encode(into writer: inout ArgumentWriter) { parts.encode(into: &writer) }

        init(reading reader: inout ArgumentReader) throws(ArgumentError) {
            if reader.nextKind == .array {
                parts = try [Nest](reading: &reader)
            } else {
                parts = []
                try reader.skip()
            }
        }
    }
}
