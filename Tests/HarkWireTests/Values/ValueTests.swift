import HarkWire
import Testing

@Suite struct ValueTests {
    @Test func `a value fits three words`() {
        #expect(MemoryLayout<Value>.stride <= 24)
    }

    @Test func `literals say what they look like`() {
        let value: Value = ["a": [1, -2.5, "x\(1)", true, nil], "b": [:]]
        let list = Value.array([.int(1), .double(-2.5), .string("x1"), .bool(true), .null])
        #expect(value == .object(Value.Object([("a", list), ("b", .object(Value.Object()))])))
    }

    @Test func `what is asked for is returned only if it is there`() {
        let value: Value = ["n": 7, "d": 2.0, "s": "x", "a": [1, 2], "f": 1.5]
        #expect(value["n"]?.int == 7)
        #expect(value["n"]?.double == 7)
        #expect(value["d"]?.int == 2)
        #expect(value["f"]?.int == nil)
        #expect(value["s"]?.string == "x")
        #expect(value["s"]?.int == nil)
        #expect(value["a"]?[1]?.int == 2)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value[0] == nil)
        #expect(value["?"] == nil)
        #expect(Value.double(0x1p60).int == nil)
        #expect(Value.double(.nan).int == nil)
        #expect(Value.null.isNull)
        #expect(Value.bytes([1]).bytes == [1])
        #expect(Value.date(milliseconds: 5).milliseconds == 5)
        #expect(Value.regex(pattern: "a", options: "").kind == .regex)
    }

    @Test func `a description is JSON`() {
        let value: Value = ["a": [1, 2.5, "x\n"], "b": nil]
        #expect(value.description == #"{"a":[1,2.5,"x\n"],"b":null}"#)
        #expect(value.object?.description == value.description)
    }

    @Test func `a description of a value that is too deep ends`() {
        var value: Value = 0
        for _ in 0..<1000 { value = [value] }
        #expect(value.description.utf8.count < 200)
    }
}
