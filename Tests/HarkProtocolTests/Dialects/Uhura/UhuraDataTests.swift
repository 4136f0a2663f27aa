import HarkProtocol
import HarkWire
import Testing

@Suite struct UhuraDataTests {
    private static func data(_ entries: [(String, Value)]) -> UhuraData {
        UhuraData(entries.map { UhuraData.Entry(key: $0, value: UhuraSide.item($1)) }, isWhole: true)
    }

    @Test func `the session's id is the last text of its key`() {
        #expect(Self.data([]).sessionID(isFirst: true) == nil)
        #expect(Self.data([("sessionID", 7)]).sessionID(isFirst: false) == nil)
        #expect(Self.data([("sessionID", "a"), ("sessionID", "b")]).sessionID(isFirst: false) == "b")
    }

    @Test func `sid is the session's id only for the first version`() {
        let data = Self.data([("sid", "first")])
        #expect(data.sessionID(isFirst: true) == "first" && data.sessionID(isFirst: false) == nil)
        #expect(Self.data([("sid", "first"), ("sessionID", "later")]).sessionID(isFirst: true) == "later")
    }

    @Test func `keys come in the order of the message, and the null behind an object means nothing`() {
        #expect(
            UhuraSide(.client).hear("[[\"_set\",{\"b\":1,\"a\":{\"c\":null}},null],[\"_set\",\"k\"]")
                == ["set b=1 a={\"c\":null} whole", "set "])
    }

    @Test func `values are written as they are`() {
        let entries = [("a", Value.double(0.5)), ("é\"", ["x": nil])].map {
            UhuraData.Entry(key: $0, value: UhuraSide.item($1))
        }
        let side = UhuraSide(.client)
        #expect(side.say { $0.write(whole: entries, into: &$1) } == "[\n[\"_set\",{\"a\":0.5,\"é\\\"\":{\"x\":null}}]")
        #expect(
            side.say { $0.write(set: entries, into: &$1) } == "\n,\n[\"_set\",{\"a\":0.5,\"é\\\"\":{\"x\":null}},null]")
        let text = side.say { machine, output in
            UhuraSide.item([1]).withUnsafeBytes { machine.write(key: "k\n", $0, into: &output) }
        }
        #expect(text == "\n,\n[\"_set\",\"k\\n\",[1]]")
    }
}
