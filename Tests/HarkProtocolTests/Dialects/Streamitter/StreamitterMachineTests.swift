import Captures
import HarkProtocol
import HarkWire
import Testing

struct StreamitterMachineTests {
    private typealias Transcript = StreamitterMachineInvariant.Transcript

    private func hear(_ text: String, limit: Int = 1 << 20) -> Transcript {
        let bytes = Array(text.utf8)
        return Transcript(bytes, pieces: [max(bytes.count, 1)], limit: limit)
    }

    private static let captures = Result { try Capture.all(in: "Streamitter") }

    @Test func `what was recorded is the same events wherever it is cut`() throws {
        let captures = try Self.captures.get()
        #expect(captures.count >= 16)
        for (name, capture) in captures {
            for side in ["client", "server"] {
                let bytes = capture.bytes(from: side)
                let whole = Transcript(bytes, pieces: [max(bytes.count, 1)])
                #expect(whole.malformedCount == 0 && whole.partByteCount == nil && !whole.isTooLong, "\(name)")
                #expect(Transcript(bytes, pieces: [1]) == whole, "\(name) byte by byte")
                // Every cut in two, but of long ones some.
                for cut in stride(from: 1, to: bytes.count, by: max(bytes.count / 400, 1)) {
                    #expect(Transcript(bytes, pieces: [cut, bytes.count]) == whole, "\(name) cut at \(cut)")
                }
            }
        }
    }

    @Test func `what was recorded is what this side writes, byte for byte`() throws {
        for (name, capture) in try Self.captures.get() {
            for side in ["client", "server"] {
                let bytes = capture.bytes(from: side)
                let ended = Array("\n]\n".utf8)
                // Who never ends its array does not write the end, and nothing where there is no event.
                let isEnded = bytes.suffix(3).elementsEqual(ended)
                let expected = isEnded ? Array(bytes.dropLast(3)) : bytes
                let rewritten = Transcript(bytes, pieces: [max(bytes.count, 1)]).rewritten
                #expect(rewritten == (expected == Array("[\n".utf8) ? [] : expected), "\(name)")
            }
        }
    }

    @Test func `an event is there as soon as its bracket is`() {
        #expect(hear("[\n[\"a\",1,\"x\"").events.isEmpty)
        #expect(hear("[\n[\"a\",1,\"x\"]").events == ["a(1, \"x\")"])
        #expect(hear("[\n[\"a\"]\n,\n[\"b\"").partByteCount == 4)
        #expect(hear("[\n[\"a\"]\n,\n").partByteCount == nil)
    }

    @Test(arguments: [
        "[\n[\"a\"]\n]\n[\n[\"b\"]", "[[\"a\"],[\"b\"]]", " [ [ \"a\" ] , [ \"b\" ]", "[[\"a\"]][[\"b\"]]",
        "[][[\"a\"]][][[\"b\"]]",
    ])
    func `a stream may be ended and begun again, with any white space`(_ text: String) {
        let found = hear(text)
        #expect(found.events == ["a()", "b()"] && found.malformedCount == 0)
    }

    @Test(arguments: ["connect", "start", "_set"])
    func `the handshake of a Uhura peer is no event`(_ name: String) {
        let found = hear("[\n[\"\(name)\",{\"objectMode\":true}]\n,\n[\"a\"]")
        #expect(found.events == ["a()"] && found.ignoredCount == 1 && found.malformedCount == 0)
    }

    @Test(arguments: ["1", "\"a\"", "null", "true", "[]", "[1,2]", "[null,\"a\"]", "{}", "{\"a\":[1]}", "[[\"a\"]]"])
    func `a value that is no event is passed over and no fault`(_ value: String) {
        let found = hear("[\n\(value)\n,\n[\"b\",2]\n")
        #expect(found.events == ["b(2)"] && found.malformedCount == 0, "\(found)")
    }

    @Test(arguments: [
        "[\"a\",1e999]", "[\"\\ud800\"]", "[\"a\",tru]", "[\"a\" 1]", "[\"a\",]", "[\"a\",\"\u{1}\"]", "[\"a\",01]",
        "[\"a\"}",
    ])
    func `a message that makes no sense is counted, and the next one is read`(_ value: String) {
        let found = hear("[\n[\"a\"]\n,\n\(value)\n,\n[\"b\"]\n,\n[\"c\"]")
        #expect(found.events == ["a()", "b()", "c()"] && found.malformedCount == 1, "\(found)")
    }

    @Test func `a message beyond the limit ends the reading`() {
        let text = "[\n[\"a\"]\n,\n[\"b\",\"" + String(repeating: "x", count: 300) + "\"]\n,\n[\"c\"]"
        let found = hear(text, limit: 256)
        #expect(found.events == ["a()"] && found.isTooLong)
        #expect(hear(text, limit: 400).events.count == 3)
    }

    @Test func `names and arguments are written as JSON writes them`() {
        let text = "[\n[\"\\\"\\u0001é\",0,1.5,[],{},\"\\n\"]"
        let found = hear(text)
        #expect(String(decoding: found.rewritten, as: UTF8.self) == text)
    }

    @Test func `bytes of any kind are survived`() {
        for seed in 0..<200 {
            var random = Seeded(seed)
            let alphabet = Array("[]{},:\"\\\n ae10.-tnu".utf8) + [0, 0xC3, 0xFF]
            let bytes = (0..<80).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let found = bytes.withUnsafeBytes { StreamitterMachineInvariant.violation($0) }
            #expect(found == nil, "seed \(seed)")
        }
    }
}
