import Captures
import Foundation
import HarkWire
import Testing

@Suite struct JSONCursorTests {
    /// Reads a text with a cursor.
    private func read<Content>(
        _ text: String, _ body: (inout JSONCursor) throws(JSONError) -> Content
    ) throws(JSONError) -> Content {
        try Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                var cursor = JSONCursor(bytes)
                return try body(&cursor)
            }
        }.get()
    }

    /// A value by way of CBOR.
    private func value(_ text: String) throws -> Value {
        let cbor = try Array(text.utf8).withUnsafeBytes { try #require(JSONCursorInvariant.transcode($0)) }
        return try Wire.value(cbor: cbor)
    }

    private func violation(_ bytes: [UInt8]) -> String? { bytes.withUnsafeBytes { JSONCursorInvariant.violation($0) } }

    @Test(arguments: Fixture.lines("JSON/refused.txt"))
    func `what is not JSON is refused`(name: String, text: String) {
        let isRead = Fixture.bytes(text).withUnsafeBytes { JSONCursorInvariant.transcode($0) } != nil
        #expect(!isRead, "\(name)")
        #expect(violation(Fixture.bytes(text)) == nil, "\(name)")
    }

    @Test(arguments: Fixture.lines("JSON/accepted.txt"))
    func `what is JSON comes back as Node prints it`(name: String, text: String) throws {
        let sides = text.components(separatedBy: " => ")
        let bytes = Fixture.bytes(sides[0])
        let cbor = try bytes.withUnsafeBytes { try #require(JSONCursorInvariant.transcode($0), "\(name)") }
        #expect(try Array(Wire.json(Wire.value(cbor: cbor)).utf8) == Fixture.bytes(sides[1]), "\(name)")
        #expect(violation(bytes) == nil, "\(name)")
    }

    @Test(arguments: ["Uhura", "Streamitter"])
    func `recorded values come back as they were`(folder: String) throws {
        for (name, capture) in try Capture.all(in: folder) {
            for chunk in capture.chunks {
                for case .message(let message) in Splitting.steps(JSONStreamFraming(), [chunk.bytes[...]]) {
                    let cbor = message.withUnsafeBytes { JSONCursorInvariant.transcode($0) }
                    let json = try JSONTranscoderInvariant.json(#require(cbor, "\(folder)/\(name)"))
                    #expect(json == String(decoding: message, as: UTF8.self), "\(folder)/\(name)")
                }
            }
        }
    }

    @Test func `recorded messages come back as they were`() throws {
        for (name, capture) in try Capture.all(in: "SocketIPC") {
            for chunk in capture.chunks {
                for case .message(let message) in Splitting.steps(DelimiterFraming.twoZeros, [chunk.bytes[...]]) {
                    let cbor = message.withUnsafeBytes { JSONCursorInvariant.transcode($0) }
                    let json = try JSONTranscoderInvariant.json(#require(cbor, "\(name)"))
                    #expect(json == String(decoding: message, as: UTF8.self), "\(name)")
                }
            }
        }
    }

    @Test func `an envelope is read part by part`() throws {
        let text = #" {"args" : ["na\u006de", 1, {"x":[]}], "id":"7", "on":true, "no":null } "#
        let parts = try read(text) { cursor throws(JSONError) in
            var parts: [String] = []
            try cursor.beginObject()
            while let key = try cursor.nextKey() {
                parts.append(String(decoding: key, as: UTF8.self))
                switch cursor.nextKind {
                case .array:
                    try cursor.beginArray()
                    while try cursor.nextElement() {
                        let kind = cursor.nextKind
                        if kind == .string {
                            parts.append(String(decoding: try cursor.readString(), as: UTF8.self))
                        } else {
                            parts.append(kind.map { "\($0)" } ?? "nothing")
                            try cursor.skip()
                        }
                    }
                case .bool: parts.append("\(try cursor.readBool())")
                case .null: try cursor.readNull()
                default: parts.append(String(decoding: try cursor.readString(), as: UTF8.self))
                }
            }
            try cursor.finish()
            return parts
        }
        #expect(parts == ["args", "name", "number", "object", "id", "7", "on", "true", "no"])
    }

    @Test func `the kind of what comes next is told without reading it`() throws {
        let kinds: [(String, JSONKind?)] = [
            ("null", .null), (" true", .bool), ("\nfalse", .bool), ("-1", .number), ("0", .number), ("\"", .string),
            ("[", .array), ("{", .object), ("", nil), (" ", nil), ("]", nil), (",", nil), ("x", nil),
        ]
        for (text, kind) in kinds { #expect(try read(text) { $0.nextKind } == kind) }
    }

    @Test func `an error says what was expected and where`() {
        #expect(throws: JSONError(.expected("an array"), at: 1)) {
            try read(" {}") { c throws(JSONError) in try c.beginArray() }
        }
        #expect(throws: JSONError(.expected("an object"), at: 0)) {
            try read("[]") { c throws(JSONError) in try c.beginObject() }
        }
        #expect(throws: JSONError(.expected("a string"), at: 0)) {
            try read("1") { c throws(JSONError) in _ = try c.readString() }
        }
        #expect(throws: JSONError(.expected("true or false"), at: 0)) {
            try read("1") { c throws(JSONError) in _ = try c.readBool() }
        }
        #expect(throws: JSONError(.byteOrderMark, at: 0)) {
            try read("\u{FEFF}1") { c throws(JSONError) in try c.skip() }
        }
        #expect(throws: JSONError(.trailing, at: 2)) {
            try read("1 2") { c throws(JSONError) in
                try c.skip()
                try c.finish()
            }
        }
    }

    @Test func `64 levels are read and 65 are refused`() {
        @Sendable func nested(_ levels: Int) -> [UInt8] {
            Array(
                (String(repeating: "[{\"a\":", count: levels / 2) + "0" + String(repeating: "}]", count: levels / 2))
                    .utf8)
        }
        #expect(nested(64).withUnsafeBytes { JSONCursorInvariant.transcode($0) } != nil)
        #expect(nested(66).withUnsafeBytes { JSONCursorInvariant.transcode($0) } == nil)
        #expect(violation(nested(66)) == nil)
        let isRead = SmallStack.run { nested(64).withUnsafeBytes { JSONCursorInvariant.violation($0) } == nil }
        #expect(isRead == true)
    }

    @Test func `an object of nothing but base64 is bytes`() throws {
        #expect(try value(#"{"$bytes":"AP8H"}"#) == .bytes([0, 255, 7]))
        #expect(try value(#"[{ "\u0024bytes" : "" }]"#) == [.bytes([])])
        #expect(try value(#"{"$bytes":"A"}"#) == ["$bytes": "A"])
        #expect(try value(#"{"$bytes":"AP8!"}"#) == ["$bytes": "AP8!"])
        #expect(try value(#"{"$bytes":"AP8H","x":1}"#) == ["$bytes": "AP8H", "x": 1])
        #expect(try value(#"{"x":1,"$bytes":"AP8H"}"#) == ["x": 1, "$bytes": "AP8H"])
        #expect(try value(#"{"$bytes":[{"$bytes":"AQ=="}]}"#) == ["$bytes": [.bytes([1])]])
    }

    @Test func `arrays and objects of any length are read back`() throws {
        for count in [0, 1, 22, 23, 24, 25, 300, 5000] {
            let array = Value.array((0..<count).map { .int(Int64($0)) })
            #expect(try value(Wire.json(array)) == array)
            let texts = Value.array((0..<count).map { .string(String(repeating: "\($0)", count: 200)) })
            #expect(try value(Wire.json(texts)) == texts)
            let text = "{" + (0..<count).map { "\"k\($0)\":[\($0)]" }.joined(separator: ",") + "}"
            #expect(try value(text) == Wire.value(json: text))
        }
    }

    @Test func `every truncation and every change of one byte reads as the reader does`() {
        let text = Array(#"{"$bytes":"AQ==","a":[1,-2.5e3,"x\u00e9\ud83d\ude00é",true,null]}"#.utf8)
        for count in 0...text.count { #expect(violation(Array(text[..<count])) == nil) }
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                #expect(violation(changed) == nil)
            }
        }
    }

    @Test func `a lent scratch serves one text after the other`() throws {
        let scratch = JSONScratch()
        for length in [1, 1000, 200_000, 3] {
            let text = Array("\"\\n\(String(repeating: "x", count: length))\"".utf8)
            let count = try text.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes, scratch: scratch)
                return try cursor.readString().count
            }
            #expect(count == length + 1)
        }
    }
}
