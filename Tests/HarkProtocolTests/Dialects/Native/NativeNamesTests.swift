import HarkProtocol
import Testing

@Suite struct NativeNamesTests {
    private func define(_ name: String, key: Int? = nil, in names: NativeNames, countMax: Int = 10) -> UInt32 {
        Array(name.utf8).withUnsafeBytes { names.define($0, key: key, countMax: countMax) }
    }

    @Test func `numbers follow each other, and a name keeps its own`() {
        let names = NativeNames()
        #expect(["a", "b", "a", "", "b"].map { define($0, in: names) } == [1, 2, 1, 3, 2])
        #expect(names.count == 3)
        #expect(Array("b".utf8).withUnsafeBytes { names.number(of: $0) } == 2)
        #expect(Array("c".utf8).withUnsafeBytes { names.number(of: $0) } == 0)
    }

    @Test func `a key stands for its name`() {
        let names = NativeNames()
        #expect(define("a", in: names) == 1 && names.number(ofKey: 5) == 0)
        #expect(define("a", key: 5, in: names) == 1 && names.number(ofKey: 5) == 1 && names.number(ofKey: 4) == 0)
    }

    @Test func `there are no more names than allowed, and those there are stay`() {
        let names = NativeNames()
        #expect(["a", "b", "c", "a"].map { define($0, in: names, countMax: 2) } == [1, 2, 0, 1])
        #expect(define("c", in: names, countMax: 3) == 3)
    }

    @Test func `names are told in order`() {
        let names = NativeNames()
        for name in ["a", "b", "c"] { _ = define(name, in: names) }
        var told: [String] = []
        names.forEach(2...3) { told.append("\($0) \(String(decoding: $1, as: UTF8.self))") }
        #expect(told == ["2 b", "3 c"])
    }

    @Test func `connections that share names define only those that they use, and those before`() {
        let names = NativeNames()
        let (one, two) = (NativeSide(.client), NativeSide(.client))
        var first = NativeOutgoing(names: names)
        var second = NativeOutgoing(names: names)
        func define(_ name: String, _ outgoing: inout NativeOutgoing, _ side: NativeSide) -> UInt32 {
            Array(name.utf8).withUnsafeBytes { outgoing.define($0, into: &side.control) }
        }
        #expect(define("a", &first, one) == 1 && define("b", &first, one) == 2 && first.nameCount == 2)
        #expect(second.nameCount == 0 && second.number(ofKey: 0) == 0)
        #expect(define("b", &second, two) == 2 && second.nameCount == 2)
        #expect(define("c", &second, two) == 3 && first.nameCount == 2)
    }
}
