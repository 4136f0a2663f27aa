import Captures
import HarkProtocol
import Testing

struct DialectRecognitionTests {
    private typealias Wire = DialectRecognition.Wire
    private typealias Verdict = DialectRecognition.Verdict

    private static let all = Set(Wire.allCases)

    private func verdict(_ text: String, of wires: Set<Wire> = all) -> Verdict {
        var recognition = DialectRecognition(wires)
        return recognition.receive(text.utf8)
    }

    private func isNone(_ verdict: Verdict) -> Bool { if case .none = verdict { true } else { false } }

    @Test func `native is known by its magic, and refused at the first wrong byte`() {
        var recognition = DialectRecognition(Self.all)
        #expect(recognition.receive(NativeMagic.prefix.dropLast()) == .undecided)
        #expect(recognition.receive(NativeMagic.prefix.suffix(1)) == .decided(.native))
        for place in 1..<NativeMagic.prefix.count {
            var bytes = Array(NativeMagic.prefix.prefix(place))
            var recognition = DialectRecognition(Self.all)
            #expect(recognition.receive(bytes) == .undecided)
            bytes = [NativeMagic.prefix[place] ^ 1]
            #expect(isNone(recognition.receive(bytes)))
        }
    }

    @Test(arguments: [
        (#"[\#n["_set",{}]"#, Wire.uhura), (#"[["start"]"#, .uhura), (#" [ [ "_set""#, .uhura),
        (#"[\#n\#n]\#n[\#n["start""#, .uhura), (#"[\#n["ping"]"#, .streamitter), (#"[["_sets""#, .streamitter),
        (#"[["_set\"""#, .streamitter), (#"[[1"#, .streamitter), (#"[[]"#, .streamitter), (#"[[""]"#, .streamitter),
        (#"[\#n["peerid","c"]"#, .verbose), (#"["peerid","c"#, .verbose), (#" [ "peerid""#, .verbose),
        (#"["peer"#, nil), (#"[["peerids""#, .streamitter),
        (#"{"topic":"a"}"#, .socketIPC), (#"{"message":1}"#, .socketIPC), (#"{"x":{"topic":1},"topic""#, nil),
        (#"{"x":[{"topic":1}],"topic" :"#, .socketIPC), (#"{"x":"topic","message":"#, .socketIPC),
        ("[\n", nil), ("[\n\n]\n", nil), ("", nil), (#"{"topic""#, nil), (#"[["_set"#, nil), (" \r\n\t", nil),
    ])
    func `a wire is known by what comes first`(_ text: String, _ wire: DialectRecognition.Wire?) {
        let expected = wire.map { Verdict.decided($0) } ?? .undecided
        #expect(verdict(text) == expected)
    }

    @Test(arguments: [
        "GET / HTTP/1.1", "\u{16}\u{3}\u{1}", "1", "null", "[1]", "[{}]", "[null", "{}", "{\"a\":1}", " HARK",
    ])
    func `what is nobody's is refused`(_ text: String) { #expect(isNone(verdict(text))) }

    @Test func `what is not spoken is refused, as early as can be`() {
        #expect(isNone(verdict("H", of: [.uhura, .socketIPC])))
        #expect(isNone(verdict("[", of: [.native, .socketIPC])))
        #expect(isNone(verdict("{", of: [.native, .uhura, .streamitter])))
        #expect(isNone(verdict(#"[["ping""#, of: [.native, .uhura])))
        #expect(verdict(#"[["start""#, of: [.native, .streamitter]) == .decided(.streamitter))
        #expect(verdict(#"[["peerid""#, of: [.native, .streamitter]) == .decided(.streamitter))
        #expect(isNone(verdict(#"[""#, of: [.native, .uhura, .streamitter])))
        #expect(isNone(verdict(#"["sync""#, of: [.native, .verbose])))
        #expect(isNone(verdict(#"[["sync""#, of: [.native, .verbose])))
    }

    @Test func `64 KiB without a decision are refused, and a long first message is not`() {
        #expect(verdict(String(repeating: " ", count: DialectRecognition.byteCountMax - 1)) == .undecided)
        #expect(isNone(verdict(String(repeating: " ", count: DialectRecognition.byteCountMax))))
        #expect(isNone(verdict("[[\"" + String(repeating: "n", count: DialectRecognition.byteCountMax))))
        let long = String(repeating: "x", count: 100_000)
        #expect(verdict("[[\"a\",\"\(long)") == .decided(.streamitter))
    }

    @Test(arguments: ["Uhura", "Streamitter", "SocketIPC", "Verbose"])
    func `what clients were recorded to say first is known`(_ folder: String) throws {
        let wires: [String: Wire] = [
            "Uhura": .uhura, "Streamitter": .streamitter, "SocketIPC": .socketIPC, "Verbose": .verbose,
        ]
        for (name, capture) in try Capture.all(in: folder) {
            let bytes = capture.bytes(from: "client")
            // Some were recorded from their handshake on, and one stream ends without a value.
            guard bytes.first == UInt8(ascii: "[") || bytes.first == UInt8(ascii: "{") else { continue }
            guard name != "ended-without-events" else { continue }
            var recognition = DialectRecognition(Self.all)
            #expect(recognition.receive(bytes) == wires[folder].map { .decided($0) }, "\(folder)/\(name)")
        }
    }

    @Test func `it does not matter how the bytes are cut`() {
        let texts = [
            "[\n[\"_set\",{}]\n,\n[\"start\"]", "[\n[\"a\\\"b\",1]", "{\"x\":[\"topic\"],\"topic\":1}\0\0",
            "[\n\n]\n[[1]]",
            "HARK\r\n\u{1A}\u{1}", "{\"a\\\\\":1,\"message\":2}",
        ]
        for (text, wires) in texts.flatMap({ text in (0..<16).map { (text, UInt8($0)) } }) {
            let found = ([wires] + text.utf8).withUnsafeBytes { DialectRecognitionInvariant.violation($0) }
            #expect(found == nil, "\(text) of \(wires)")
        }
    }
}
