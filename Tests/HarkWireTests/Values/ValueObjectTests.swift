import HarkWire
import Testing

@Suite struct ValueObjectTests {
    @Test func `keys keep their order, equality and hash ignore it`() {
        let one: Value.Object = ["a": 1, "b": 2, "c": 3]
        let two: Value.Object = ["c": 3, "a": 1, "b": 2]
        #expect(one.keys == ["a", "b", "c"])
        #expect(two.keys == ["c", "a", "b"])
        #expect(one == two)
        #expect(one.hashValue == two.hashValue)
        #expect(one != ["a": 1, "b": 2, "c": 4])
        #expect(one != ["a": 1, "b": 2, "d": 3])
        #expect(one != ["a": 1, "b": 2])
    }

    @Test(arguments: [3, 15, 16, 17, 1000])
    func `of a key that occurs twice the last value stands at the first place`(count: Int) {
        let fields = (0..<count * 2).map { ("k\($0 % count)", Value.int(Int64($0))) }
        let object = Value.Object(fields)
        #expect(object.keys == (0..<count).map { "k\($0)" })
        #expect(object.values == (0..<count).map { .int(Int64($0 + count)) })
    }

    @Test func `a composed and a decomposed character are two keys`() {
        let object: Value.Object = ["\u{E9}": 1, "e\u{301}": 2]
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }
}
