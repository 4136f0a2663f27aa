import HarkProtocol
import HarkWire
import Testing

@Suite struct VerboseMachineTests {
    private static let message = "[\"message\",{\"pl\":[\"a\",1],\"meta\":{\"_nodes\":[\"N\"],\"_id\":\"x\"}}]"

    // MARK: Forms

    @Test(arguments: [
        ("[\n[", JSONStreamForm.array), ("[[", .array), ("[ \r\n[", .array), ("[\"", .lines), ("\n[ \"", .lines),
        ("[{", .array), ("{", .array), ("x", .array), ("[]", .array),
    ])
    func `the first bytes tell the form`(_ text: String, _ form: JSONStreamForm) {
        for cut in 0..<text.utf8.count {
            let side = VerboseSide()
            _ = side.hear(Array(text.utf8)[..<cut])
            #expect(side.form == nil)
            _ = side.hear(Array(text.utf8)[cut...])
            #expect(side.form == form)
        }
    }

    @Test func `who hears nothing writes an array, and still understands lines`() {
        let side = VerboseSide()
        side.machine.fallBack()
        #expect(side.form == .array)
        #expect(side.hear(VerboseSide.handshake(.lines)) == ["introduced NODE-X", "synchronised -"])
        #expect(side.form == .array)
        #expect(side.say { $0.write(peerID: "N", into: &$1) } == "[\n[\"peerid\",\"DEFAULT_CHANNEL\",\"N\"]")
    }

    @Test(arguments: JSONStreamForm.allCases)
    func `what both forms carry is the same`(_ form: JSONStreamForm) {
        let separator = form == .array ? "\n,\n" : "\n"
        let side = VerboseSide.open(form)
        #expect(
            side.hear(separator + Self.message + separator + "[\"ack\",\"y\"]")
                == ["message x [\"x\",[\"N\"]] [\"a\",1]", "acknowledged y"])
        #expect(
            side.say { machine, output in
                machine.write(peerID: "a\"b", into: &output)
                machine.write(syncAfter: VerboseSide.id("__proto__"), isReconnect: true, into: &output)
                machine.write(syncAfter: nil, isReconnect: false, into: &output)
                machine.write(acknowledgementOf: VerboseSide.id("\n"), into: &output)
            } == (form == .array ? "[\n" : "")
                + [
                    "[\"peerid\",\"DEFAULT_CHANNEL\",\"a\\\"b\"]", "[\"sync\",\"__proto__\",true]",
                    "[\"sync\",null,null]", "[\"ack\",\"\\n\"]",
                ].joined(separator: separator))
    }

    @Test(arguments: JSONStreamForm.allCases)
    func `a value is told as soon as its last byte is there`(_ form: JSONStreamForm) {
        let side = VerboseSide()
        let bytes = Array(VerboseSide.handshake(form).utf8)
        #expect(bytes.dropLast().flatMap { side.hear([$0]) } == ["introduced NODE-X"])
        #expect(side.isMidMessage)
        #expect(side.hear([bytes[bytes.count - 1]]) == ["synchronised -"])
        #expect(!side.isMidMessage)
    }

    // MARK: Handshake

    @Test func `each message has its time`() {
        let all = ["[\"peerid\",\"DEFAULT_CHANNEL\",\"N\"]", "[\"sync\",\"l\",true]", Self.message, "[\"ack\",\"y\"]"]
        let understood = [
            "introduced N", "synchronised l again", "message x [\"x\",[\"N\"]] [\"a\",1]", "acknowledged y",
        ]
        // What is understood in each state; everything else is passed over.
        let table: [(VerboseMachine.State, [String], Set<Int>)] = [
            (.greeting, [], [0]), (.introduced, ["[" + all[0]], [1]), (.open, ["[" + all[0], "," + all[1]], [2, 3]),
            (.foreign, ["[[\"peerid\",\"OTHER\",\"N\"]"], []),
        ]
        for (state, before, expected) in table {
            for index in all.indices {
                let side = VerboseSide()
                for text in before { _ = side.hear(text) }
                #expect(side.state == state)
                let heard = side.hear((before.isEmpty ? "[" : ",") + all[index])
                #expect(heard.count == 1)
                if expected.contains(index) {
                    #expect(heard == [understood[index]])
                } else {
                    #expect(heard[0].hasPrefix("malformed"), "\(state) \(all[index])")
                    #expect(side.state == state)
                }
            }
        }
    }

    @Test func `another channel is foreign, and stays so`() {
        let side = VerboseSide(channel: "mine")
        #expect(side.hear(VerboseSide.handshake()).first == "foreign DEFAULT_CHANNEL")
        #expect(side.state == .foreign)
    }

    @Test(arguments: [
        ("[\"sync\"]", "-"), ("[\"sync\",null]", "-"), ("[\"sync\",null,null]", "-"), ("[\"sync\",7,false]", "-"),
        ("[\"sync\",\"\",true,1]", "- again"), ("[\"sync\",\"é\",true]", "é again"), ("[\"sync\",{\"a\":1},1]", "-"),
    ])
    func `what a sync does not say is null`(_ text: String, _ expected: String) {
        let side = VerboseSide()
        _ = side.hear("[[\"peerid\",\"DEFAULT_CHANNEL\",\"N\"]")
        #expect(side.hear("," + text) == ["synchronised \(expected)"])
    }

    // MARK: Messages

    @Test func `the parts of a message come in any order, and the last of equal ones counts`() {
        let expected = ["message x [\"x\",[\"N\"]] [\"a\",1]"]
        for text in [
            "[\"message\",{\"meta\":{\"_id\":\"x\",\"_nodes\":[\"N\"]},\"pl\":[\"a\",1]}]",
            "[ \"message\" , { \"x\":[{}], \"pl\" : [ \"a\" , 1 ] , "
                + "\"meta\":{ \"y\":1,\"_nodes\": [ \"N\" ],\"_id\":\"x\"}},2]",
            "[\"message\",{\"pl\":[\"b\"],\"meta\":1,\"pl\":[\"a\",1],\"meta\":{\"_id\":\"x\",\"_nodes\":[\"N\"]}}]",
        ] {
            #expect(VerboseSide.open().hear("," + text) == expected)
        }
    }

    @Test(arguments: [
        "1", "{}", "[]", "[1]", "[\"nonsense\"]", "[\"error\",\"x\"]", "[\"message\"]", "[\"message\",1]",
        "[\"message\",{}]", "[\"message\",{\"pl\":[\"a\"]}]",
        "[\"message\",{\"pl\":[],\"meta\":{\"_id\":\"x\",\"_nodes\":[]}}]",
        "[\"message\",{\"pl\":[1],\"meta\":{\"_id\":\"x\",\"_nodes\":[]}}]",
        "[\"message\",{\"pl\":{\"0\":\"a\"},\"meta\":{\"_id\":\"x\",\"_nodes\":[]}}]",
        "[\"message\",{\"pl\":[\"a\"],\"meta\":{\"_id\":\"\",\"_nodes\":[]}}]",
        "[\"message\",{\"pl\":[\"a\"],\"meta\":{\"_id\":1,\"_nodes\":[]}}]",
        "[\"message\",{\"pl\":[\"a\"],\"meta\":{\"_id\":\"x\",\"_nodes\":{}}}]",
        "[\"message\",{\"pl\":[\"a\"],\"meta\":{\"_id\":\"x\",\"_nodes\":[1]}}]",
        "[\"message\",{\"pl\":[\"a\"],\"meta\":{\"_id\":\"x\"}}]", "[\"ack\"]", "[\"ack\",null]", "[\"ack\",\"\"]",
        "[\"message\",{\"pl\":[\"a\" 1],\"meta\":{}}]", "[\"ack\",\"x\" 1]", "[\"ack\",\"\\x\"]",
    ])
    func `what is no message is passed over, and the next one read`(_ text: String) {
        for form in JSONStreamForm.allCases {
            let separator = form == .array ? "\n,\n" : "\n"
            let heard = VerboseSide.open(form).hear(separator + text + separator + Self.message)
            #expect(heard.count == 2 && heard[0].hasPrefix("malformed"), "\(heard)")
            #expect(heard.last == "message x [\"x\",[\"N\"]] [\"a\",1]")
        }
    }

    @Test(arguments: [".", "}", "[\"a\n", "\"a\nb\"", "trux", "[}", "\u{FEFF}"])
    func `stray bytes cost what stands before the next separator`(_ text: String) {
        for form in JSONStreamForm.allCases {
            let separator = form == .array ? "\n,\n" : "\n"
            let side = VerboseSide.open(form)
            let heard = side.hear(separator + text + separator + Self.message + separator + Self.message)
            #expect(heard.contains { $0.hasPrefix("malformed") })
            #expect(heard.last == "message x [\"x\",[\"N\"]] [\"a\",1]", "\(form) \(text) \(heard)")
        }
    }

    @Test func `a message that is too long ends it`() {
        let side = VerboseSide(messageByteCountMax: 64)
        _ = side.hear(VerboseSide.handshake())
        #expect(
            side.hear(",[\"ack\",\"" + String(repeating: "x", count: 80)) == [
                "too long: a message is longer than 64 bytes"
            ])
    }

    @Test func `a peerid needs an id of at most 255 bytes`() {
        for node in ["\"\"", "7", "null", "\"\(String(repeating: "n", count: 256))\""] {
            let side = VerboseSide()
            #expect(side.hear("[[\"peerid\",\"DEFAULT_CHANNEL\",\(node)]")[0].hasPrefix("malformed"))
            #expect(side.state == .greeting)
        }
    }

    // MARK: Writing

    @Test func `a record becomes a message`() {
        let side = VerboseSide.open()
        _ = side.say { $0.write(peerID: "N", into: &$1) }
        let record = VerboseSide.record("x", ["N", "M"], "name", 1, ["a": [nil, 0.5]], "é")
        var text = ""
        let said = side.say { machine, output in
            record.withUnsafeBytes { record in
                guard let written = machine.write(message: record, into: &output) else { return }
                #expect(written.id == .text("x"))
                text = String(decoding: written.text, as: UTF8.self)
            }
        }
        #expect(
            text
                == "[\"message\",{\"pl\":[\"name\",1,{\"a\":[null,0.5]},\"é\"],"
                + "\"meta\":{\"_nodes\":[\"N\",\"M\"],\"_id\":\"x\"}}]"
        )
        #expect(said == "\n,\n" + text)
        #expect(side.hear("," + text) == ["message x [\"x\",[\"N\",\"M\"]] [\"name\",1,{\"a\":[null,0.5]},\"é\"]"])
        #expect(
            side.say { machine, output in Array(text.utf8).withUnsafeBytes { machine.write(text: $0, into: &output) } }
                == said)
    }

    @Test func `arguments may be as deep as they may be`() {
        var value = Value.array([])
        for _ in 1..<Value.depthMax { value = [value] }
        let side = VerboseSide.open()
        let text = side.say { machine, output in
            VerboseSide.record("x", [], "deep", value).withUnsafeBytes { _ = machine.write(message: $0, into: &output) }
        }
        #expect(side.hear("," + text.dropFirst(2)).first?.hasPrefix("message x") == true)
    }

    @Test func `what is no record is not written`() {
        let records: [[Value]] = [
            [], ["x"], ["x", []], ["x", [], 1], [1, [], "a"], ["x", "y", "a"], ["", [], "a"],
            [.string(String(repeating: "x", count: 256)), [], "a"],
        ]
        for record in records {
            let said = VerboseSide.open().say { machine, output in
                VerboseSide.record(record).withUnsafeBytes { record in
                    let isWritten = machine.write(message: record, into: &output) != nil
                    #expect(!isWritten)
                }
            }
            #expect(said.isEmpty)
        }
    }
}
