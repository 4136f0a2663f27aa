import HarkWire
import Testing

@Suite struct LineFramingTests {
    private func read(_ stream: String, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
        let difference = Splitting.difference(LineFraming(), Array(stream.utf8))
        #expect(difference == nil, sourceLocation: sourceLocation)
        return Splitting.steps(LineFraming(), stream).map(\.description)
    }

    @Test func `messages end with a line feed, without a carriage return before it`() {
        #expect(read("a\nb b\r\nrest") == ["a", "b b"])
    }

    @Test func `empty lines are passed over`() {
        #expect(read("\n\r\n\na\n\n\n\r\nb\n") == ["a", "b"])
    }

    @Test func `a carriage return elsewhere belongs to the message`() {
        #expect(read("a\rb\n\r\r\n\rc\r\r\n") == ["a\rb", "\r", "\rc\r"])
    }

    @Test func `no byte is looked at twice`() {
        let stream = Array(String(repeating: "one\r\n\ntwo three\n", count: 300).utf8)
        #expect(CountingFraming.passedByteCount(LineFraming(), stream) == stream.count)
    }
}
