import Captures
import HarkWire
import Testing

@Suite struct JSONStreamFramingTests {
    /// What a stream gives; errors as their case. Every way of cutting it in two gives the same.
    private func read(_ stream: String, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
        let difference = Splitting.difference(JSONStreamFraming(), Array(stream.utf8))
        #expect(difference == nil, sourceLocation: sourceLocation)
        return Splitting.steps(JSONStreamFraming(), stream).map { step in
            guard case .malformed(let malformed) = step else { return step.description }
            guard case .structure(let error) = malformed.reason else { return "not JSON" }
            return "\(error)"
        }
    }

    /// Likewise of a stream of bare values.
    private func readLines(_ stream: String, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
        let framing = JSONStreamFraming(.lines)
        #expect(Splitting.difference(framing, Array(stream.utf8)) == nil, sourceLocation: sourceLocation)
        return Splitting.steps(framing, stream).map { step in
            guard case .malformed(let malformed) = step else { return step.description }
            guard case .structure(let error) = malformed.reason else { return "not JSON" }
            return "\(error)"
        }
    }

    private func name(_ error: StructuralError) -> String { "\(error)" }

    @Test func `several arrays follow each other`() {
        #expect(read("[\n[\"a\"]\n]\n[\n[\"b\"]") == ["[\"a\"]", "[\"b\"]"])
        #expect(read("[][[]][{}]") == ["[]", "{}"])
    }

    @Test func `white space may stand anywhere, or nowhere`() {
        #expect(read("[[\"a\"],[\"b\"]]") == ["[\"a\"]", "[\"b\"]"])
        #expect(read(" \t[\r\n [ \"a\" ]\t,\n\n[1]\n] ") == ["[ \"a\" ]", "[1]"])
    }

    @Test func `the values of an object are children`() {
        #expect(read("{\"x\":[\"a\"],\"y\" : 2}\n[3]") == ["[\"a\"]", "2", "3"])
        #expect(read("{\"]\\\"}\":[\"a\"]}{}") == ["[\"a\"]"])
    }

    @Test func `scalars at the top are passed over`() {
        #expect(read("1 \"[\" true null -2e5 [\"a\"]") == ["\"a\""])
    }

    @Test func `elements of an array without another around it come one by one`() {
        #expect(read("[\"a\",1]") == ["\"a\"", "1"])
    }

    @Test func `children that are scalars are told`() {
        #expect(read("[1,\"s\",true,null,false,-2.5e+3]") == ["1", "\"s\"", "true", "null", "false", "-2.5e+3"])
    }

    @Test func `a stray byte is told once and passed over`() {
        #expect(read("[.[\"a\"]]") == [name(.strayByte), "[\"a\"]"])
        #expect(read("\u{FEFF}[[\"a\"]]") == [name(.strayByte), "[\"a\"]"])
        #expect(read("[[\"a\"]xyz,[\"b\"]]") == ["[\"a\"]", name(.strayByte), "[\"b\"]"])
        #expect(read("[hello,[\"b\"]]") == [name(.strayByte), "[\"b\"]"])
        #expect(read("{\"a\",\"b\" \"c\":1}[2]") == [name(.doubledComma), "1", "2"])
        #expect(read("{[\"a\":1}[2]") == [name(.strayByte), "1", "2"])
        #expect(read("{\"a\"}[2]") == [name(.strayByte), "2"])
    }

    @Test func `a doubled comma is told once and passed over`() {
        #expect(read("[[\"a\"],,[\"b\"]]") == ["[\"a\"]", name(.doubledComma), "[\"b\"]"])
        #expect(read("[,,,1]") == [name(.doubledComma), "1"])
        #expect(read("{\"a\":1,,\"b\":,\"c\":2}") == ["1", name(.doubledComma), "2"])
    }

    @Test func `a missing comma is told, and the values on both sides are read`() {
        #expect(read("[[\"a\"][\"b\"]]") == ["[\"a\"]", name(.missingComma), "[\"b\"]"])
        #expect(read("{\"a\":1 \"b\":2}") == ["1", name(.missingComma), "2"])
        #expect(read("[1 2]") == ["1", name(.missingComma), "2"])
        #expect(read("[true\"a\"]") == ["true", name(.missingComma), "\"a\""])
    }

    @Test func `a broken word is told once and ends at the next comma`() {
        #expect(read("[trux,[\"a\"]]") == [name(.brokenLiteral), "[\"a\"]"])
        #expect(read("[truexyz,[\"a\"],nul]") == [name(.brokenLiteral), "[\"a\"]", name(.brokenLiteral)])
        #expect(read("[12abc,[\"a\"]]") == [name(.brokenLiteral), "[\"a\"]"])
        #expect(read("trux [1]") == [name(.brokenLiteral), "1"])
        #expect(read("tru [1]") == ["1"])
    }

    @Test func `a bracket of the wrong kind loses what follows up to the next separator`() {
        #expect(
            read("[\n[\"a\"}\n,\n[\"b\"]\n,\n[\"c\"]") == [name(.mismatchedBracket), "[\"b\"]", "[\"c\"]"])
        #expect(read("[\n[\"a\"}],[\"lost\"]\n\n,\n[\"c\"]") == [name(.mismatchedBracket), "[\"c\"]"])
        #expect(read("[[1]}[2]") == ["[1]", name(.mismatchedBracket), "[2]"])
        #expect(read("{\"a\":1]}[2]") == ["1", name(.mismatchedBracket), "2"])
    }

    @Test func `a surplus bracket is told and passed over`() {
        #expect(read("[[1]]][[2]]}") == ["[1]", name(.surplusBracket), "[2]", name(.surplusBracket)])
    }

    @Test func `a control character in a string costs that child only`() {
        #expect(read("[[\"a\u{1}b\"],[\"c\"]]") == [name(.controlCharacter), "[\"c\"]"])
        #expect(read("[[\"a\nb\u{2}\",[\"x\\\"]\"]],[\"c\"]]") == [name(.controlCharacter), "[\"c\"]"])
        #expect(read("[\"a\\\n\",\"b\"]") == [name(.controlCharacter), "\"b\""])
        #expect(read("{\"k\u{1}\":1,\"l\":2}") == [name(.controlCharacter), "1", "2"])
        #expect(read("\"k\u{1}\"[2]") == [name(.controlCharacter), "2"])
    }

    @Test func `a string that is not closed costs what stands before the next separator`() {
        #expect(read("[\n[\"abc]\n,\n[\"d\"]\n,\n[\"e\"]") == [name(.controlCharacter), "[\"d\"]", "[\"e\"]"])
        #expect(read("{\"abc\n,\n\"d\":1}") == [name(.controlCharacter), "1"])
    }

    @Test func `what is nested too deeply is passed over`() {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(read("[\(nested(67)),1]") == [nested(67), "1"])
        #expect(read("[\(nested(68)),1]") == [name(.tooDeep), "1"])
        #expect(read("[\(nested(200)),[\"]\"],1]") == [name(.tooDeep), "[\"]\"]", "1"])
        #expect(read("[" + String(repeating: "{", count: 300) + "\n,\n1") == [name(.tooDeep), "1"].dropLast())
    }

    @Test func `what is wrong inside a child is for its reader to find`() {
        for child in ["[\"a\",,1]", "[\"a\".]", "[trux]", "[\"\\x\"]", "{\"a\"}", "[\"a\" \"b\"]"] {
            #expect(read("[\(child),[1]]") == [child, "[1]"])
        }
    }

    @Test func `a value is told as soon as its last byte is there`() {
        func last(_ stream: String) -> String? { Splitting.steps(JSONStreamFraming(), stream).last?.description }
        #expect(last("[\n[\"a\"]") == "[\"a\"]")
        #expect(last("[\"a\"") == "\"a\"")
        #expect(last("[{\"a\":[]}") == "{\"a\":[]}")
        #expect(last("[12") == nil)
        #expect(last("[12,") == "12")
        #expect(last("[true") == nil)
        #expect(last("[true\n") == "true")
    }

    @Test func `bare values stand behind each other`() {
        #expect(readLines("[\"a\"]\n[\"b\"]") == ["[\"a\"]", "[\"b\"]"])
        #expect(
            readLines(" [1][2]\t{\"x\":[3]} \"s\" 4 true\n") == ["[1]", "[2]", "{\"x\":[3]}", "\"s\"", "4", "true"])
        #expect(readLines("[\n[1],\n[2]\n]") == ["[\n[1],\n[2]\n]"])
    }

    @Test func `what stands between bare values is told once and passed over`() {
        #expect(readLines("[1],,[2]") == ["[1]", name(.strayByte), "[2]"])
        #expect(readLines(".[1]]}[2]") == [name(.strayByte), "[1]", name(.surplusBracket), "[2]"])
        #expect(readLines("trux\n[1]") == [name(.brokenLiteral), "[1]"])
        #expect(readLines("\u{FEFF}:[1]") == [name(.strayByte), "[1]"])
    }

    @Test func `a bare value that is broken costs what stands before the next line`() {
        #expect(readLines("[1}[2]\n[3]") == [name(.mismatchedBracket), "[3]"])
        #expect(readLines("[\"a\n[\"b\"]") == [name(.controlCharacter), "[\"b\"]"])
        #expect(readLines("[\"a\\\n[\"b\"]") == [name(.controlCharacter), "[\"b\"]"])
        #expect(readLines("[\"a\u{1}\",[2]\n[3]") == [name(.controlCharacter), "[3]"])
        #expect(readLines("[\"a\u{1}\"][2]") == [name(.controlCharacter), "[2]"])
        #expect(readLines(String(repeating: "[", count: 90) + "\n[1]") == [name(.tooDeep), "[1]"])
    }

    @Test func `no byte is looked at twice`() {
        let lines = Array(String(repeating: "[\"ab\\\"c\",{\"d\":[1,2]}]\n12\n", count: 200).utf8)
        #expect(CountingFraming.passedByteCount(JSONStreamFraming(.lines), lines) == lines.count)
        let stream = Array(("[" + String(repeating: "[\"ab\\\"c\",{\"d\":[1,2]}],12,\n", count: 200)).utf8)
        #expect(CountingFraming.passedByteCount(JSONStreamFraming(), stream) == stream.count)
    }

    @Test(arguments: ["Uhura", "Streamitter"])
    func `recorded streams give a message for each value, wherever they are cut`(folder: String) throws {
        let captures = try Capture.all(in: folder)
        #expect(captures.count > 15)
        for (name, capture) in captures {
            for (side, connection) in [("client", 1), ("server", 1), ("client", 2), ("server", 2)] {
                var stream = capture.bytes(from: side, connection: connection)
                // Some recordings begin with a later value.
                if stream.starts(with: Array("\n,\n".utf8)) { stream.replaceSubrange(..<3, with: Array("[\n".utf8)) }
                // Separators cannot stand within a value.
                let text = String(decoding: stream, as: UTF8.self)
                    .replacing("[\n", with: "", maxReplacements: 1).replacing("\n]\n", with: "")
                let values = text.split(separator: "\n,\n").map(String.init)
                let steps = Splitting.steps(JSONStreamFraming(), [stream[...]]).map(\.description)
                #expect(steps == values, "\(folder)/\(name)")
                guard stream.count < 4000 else { continue }
                let difference = Splitting.difference(JSONStreamFraming(), stream)
                #expect(difference == nil, "\(folder)/\(name)")
            }
        }
    }
}
