import Foundation
import HarkWire
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: Fixture.lines("JSON/refused.txt"))
    func `what is not JSON is refused`(name: String, text: String) {
        #expect(throws: JSONError.self, "\(name)") { try Wire.value(json: Fixture.bytes(text)) }
    }

    @Test(arguments: Fixture.lines("JSON/accepted.txt"))
    func `what is JSON reads and prints as it does in Node`(name: String, text: String) throws {
        let sides = text.components(separatedBy: " => ")
        let value = try Wire.value(json: Fixture.bytes(sides[0]))
        #expect(Array(try Wire.json(value).utf8) == Fixture.bytes(sides[1]), "\(name)")
    }

    @Test func `the fixtures are found`() {
        #expect(Fixture.lines("JSON/refused.txt").count > 80)
        #expect(Fixture.lines("JSON/accepted.txt").count > 40)
    }

    @Test func `integers and doubles are told apart by how they are written`() throws {
        #expect(
            try Wire.value(json: "[1,-1,1.0,1e0,-0,9223372036854775808]")
                == [1, -1, .double(1), .double(1), .double(0), .double(0x1p63)])
        guard case .double(let zero) = try Wire.value(json: "-0") else { throw JSONError(.trailing, at: 0) }
        #expect(zero.sign == .minus)
    }

    @Test func `an error says what was expected and where`() {
        #expect(throws: JSONError(.expected("\",\" or \"]\""), at: 3)) { try Wire.value(json: "[1 }") }
        #expect(throws: JSONError(.loneSurrogate, at: 7)) { try Wire.value(json: "\"\\ud800\"") }
        #expect(JSONError(.expected("a value"), at: 3).description == "expected a value at byte 3")
    }

    @Test func `64 levels are read and 65 are refused`() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[{\"a\":", count: levels / 2) + "0" + String(repeating: "}]", count: levels / 2)
        }
        #expect(throws: Never.self) { try Wire.value(json: nested(64)) }
        #expect(throws: JSONError.self) { try Wire.value(json: nested(66)) }
        #expect(throws: JSONError(.tooDeep(limit: 64), at: 64)) {
            try Wire.value(json: String(repeating: "[", count: 10 << 20), .init(byteCountMax: 11 << 20))
        }
    }

    @Test func `the deepest text fits a small stack`() {
        let text = String(repeating: "[{\"a\":", count: 32) + "0" + String(repeating: "}]", count: 32)
        let isRead = SmallStack.run {
            guard let value = try? Wire.value(json: text), let written = try? Wire.json(value) else { return false }
            return written == text && value == value && value.hashValue == value.hashValue
        }
        #expect(isRead == true)
    }

    @Test func `every truncation of an object is refused`() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00é",true,null],"b":{"c":false}}"#.utf8)
        #expect(throws: Never.self) { try Wire.value(json: text) }
        for count in 0..<text.count {
            #expect(throws: JSONError.self, "the first \(count) bytes") {
                try Wire.value(json: Array(text[..<count]))
            }
        }
    }

    @Test func `every change of one byte reads or is refused`() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9é"],"b":{"c":false}}"#.utf8)
        var readCount = 0
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                if (try? Wire.value(json: changed)) != nil { readCount += 1 }
            }
        }
        #expect(readCount >= text.count)
    }

    @Test func `a text over the limit is refused before it is read`() {
        #expect(throws: JSONError(.tooLong(limit: 3), at: 0)) {
            try Wire.value(json: "1234", .init(byteCountMax: 3))
        }
    }

    @Test func `a hundred thousand keys of one object are read, the last of each counts`() throws {
        // Quadratic work would be ten thousand million comparisons: this test would not end.
        let keys = (0..<100_000).map { "\"k\($0 % 50_000)\":\($0)" }
        let value = try Wire.value(json: "{" + keys.joined(separator: ",") + "}")
        #expect(value.object?.count == 50_000)
        #expect(value["k7"] == 50_007)
    }

    @Test func `canonically equal keys do not collide`() throws {
        // All these keys are one to String's hash: the same marks in another order.
        let marks = ["\\u0316", "\\u0317", "\\u0318", "\\u0319", "\\u031c", "\\u031d"]
        var keys: Set<String> = [""]
        for _ in 0..<6 { keys = Set(keys.flatMap { key in marks.map { key + $0 } }) }
        let text = "{" + keys.map { "\"e\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try Wire.value(json: text).object?.count == keys.count)
    }

    @Test func `a literal of a million digits is read`() throws {
        let digits = String(repeating: "7", count: 1 << 20)
        #expect(throws: JSONError(.numberOverflows, at: 1 << 20)) { try Wire.value(json: digits) }
        #expect(try Wire.value(json: "0." + digits) == .double(7.0 / 9))
        #expect(try Wire.value(json: "0." + String(repeating: "0", count: 1 << 20) + "1e1048577") == .double(1))
        #expect(try Wire.value(json: digits + "e-1048575") == .double(70.0 / 9))
    }

    @Test func `a large hollow text is refused, a small one is not`() {
        let hollow = { (count: Int) in "[" + String(repeating: "[0],", count: count) + "0]" }
        #expect(throws: Never.self) { try Wire.value(json: hollow(1000)) }
        #expect(throws: JSONError.self) { try Wire.value(json: hollow(1 << 20)) }
    }

    @Test func `bytes are read back only when asked for`() throws {
        let text = try Wire.json(["data": .bytes([0, 255, 7])])
        #expect(text == #"{"data":{"$bytes":"AP8H"}}"#)
        #expect(try Wire.value(json: text) == ["data": ["$bytes": "AP8H"]])
        #expect(try Wire.value(json: text, .init(readsBytes: true)) == ["data": .bytes([0, 255, 7])])
        #expect(throws: JSONError.self) { try Wire.value(json: #"{"$bytes":"A"}"#, .init(readsBytes: true)) }
    }
}
