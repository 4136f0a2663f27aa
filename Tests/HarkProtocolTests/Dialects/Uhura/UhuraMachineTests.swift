import HarkProtocol
import HarkWire
import Testing

@Suite struct UhuraMachineTests {
    private static let agreed = "{\"objectMode\":true,\"enableAcks\":true}"

    @Test func `a session begins, an event travels and is acknowledged`() {
        let client = UhuraSide(.client)
        let server = UhuraSide(.server)
        let opening = client.say {
            $0.open([], UhuraSettings(objectMode: true, acknowledgements: true), into: &$1)
        }
        #expect(opening == "[\n[\"_set\",{}]\n,\n[\"start\",\(Self.agreed)]")
        #expect(server.hear(opening) == ["set  whole", "started objects acks"])
        #expect(server.state == .admitting)
        var answer = server.say { $0.write(sessionID: "abc", into: &$1) }
        answer += server.say { $0.writeConnect(id: UhuraSide.id("1"), into: &$1) }
        #expect(
            answer == "[\n[\"_set\",\"sessionID\",\"abc\"]\n,\n{\"args\":[\"connect\",\(Self.agreed)],\"id\":\"1\"}")
        #expect(client.hear(answer) == ["set sessionID=\"abc\"", "connected objects acks"])
        #expect(client.state == .open && server.state == .open)
        let event = client.say { machine, output in
            UhuraSide.item(["x": 1]).withUnsafeBytes { arguments in
                Array("ping".utf8).withUnsafeBytes {
                    machine.write(event: $0, arguments, id: UhuraSide.id("2"), into: &output)
                }
            }
        }
        #expect(event == "\n,\n{\"args\":[\"ping\",{\"x\":1}],\"id\":\"2\"}")
        #expect(server.hear(event) == ["event [\"ping\",{\"x\":1}] #2"])
        let acknowledgement = server.say { $0.write(acknowledgementOf: UhuraSide.id("2"), into: &$1) }
        #expect(acknowledgement == "\n,\n{\"args\":[\"ack::2\"]}")
        #expect(client.hear(acknowledgement) == ["acknowledged #2"])
    }

    /// What each input means in each state. An empty prefix stands for nothing at all.
    private static let inputs: [(text: String, client: [String], server: [String])] = [
        // Client: greeting, open. Server: greeting, admitting, open.
        (
            "[\"_set\",{\"a\":1}]", ["set a=1 whole", "set a=1 whole"],
            ["set a=1 whole", "set a=1 whole", "set a=1 whole"]
        ),
        ("[\"_set\",\"a\",[2]]", ["set a=[2]", "set a=[2]"], ["set a=[2]", "set a=[2]", "set a=[2]"]),
        ("[\"_set\"]", ["malformed", "malformed"], ["malformed", "malformed", "malformed"]),
        ("[\"_set\",7]", ["malformed", "malformed"], ["malformed", "malformed", "malformed"]),
        (
            "[\"start\"]", ["malformed: start is for", "malformed: start is for"],
            ["started arrays", "malformed: start came twice", "malformed: start came twice"]
        ),
        (
            "[\"connect\"]", ["connected arrays", "malformed: connect came twice"],
            ["malformed: connect is for", "malformed: connect is for", "malformed: connect is for"]
        ),
        (
            "[\"invalidateSession\"]", ["invalidated", "invalidated"],
            ["malformed: inv", "malformed: inv", "malformed: inv"]
        ),
        (
            "[\"e\",1]", ["malformed: an event came before", "event [\"e\",1]"],
            ["malformed: an event came before", "event [\"e\",1]", "event [\"e\",1]"]
        ),
        (
            "{\"args\":[\"e\"],\"id\":\"x\"}", ["malformed: an event came before", "event [\"e\"] #x"],
            ["malformed: an event came before", "event [\"e\"] #x", "event [\"e\"] #x"]
        ),
        (
            "{\"args\":[\"ack::x\"]}", ["acknowledged #x", "acknowledged #x"],
            ["acknowledged #x", "acknowledged #x", "acknowledged #x"]
        ),
        ("[\"ack::\"]", ["malformed", "malformed"], ["malformed", "malformed", "malformed"]),
        ("[]", ["ignored", "ignored"], ["ignored", "ignored", "ignored"]),
        ("[null,1]", ["ignored", "ignored"], ["ignored", "ignored", "ignored"]),
        ("{\"args\":{}}", ["ignored", "ignored"], ["ignored", "ignored", "ignored"]),
        ("\"text\"", ["ignored", "ignored"], ["ignored", "ignored", "ignored"]),
        ("[\"\\ud800\"]", ["malformed", "malformed"], ["malformed", "malformed", "malformed"]),
    ]

    @Test func `every message means in each state what it should`() {
        for (text, client, server) in Self.inputs {
            for (state, expected) in zip([UhuraMachine.State.greeting, .open], client) {
                check(text, .client, state, expected)
            }
            for (state, expected) in zip([UhuraMachine.State.greeting, .admitting, .open], server) {
                check(text, .server, state, expected)
            }
        }
    }

    private func check(
        _ text: String, _ role: UhuraMachine.Role, _ state: UhuraMachine.State, _ expected: String
    ) {
        let side = UhuraSide.inState(state, role)
        let heard = side.hear((state == .greeting ? "[" : ",") + text)
        #expect(heard.count == 1 && heard[0].hasPrefix(expected), "\(role) \(state) \(text): \(heard)")
    }

    @Test func `the cookie and the prototype are never taken, not even among others`() {
        let server = UhuraSide(.server)
        #expect(
            server.hear("[[\"_set\",{\"cookie\":null,\"a\":1,\"__proto__\":{\"b\":2}}],[\"_set\",\"cookie\",1]")
                == ["set a=1 whole", "set "])
    }

    @Test func `an id that is too long is malformed, one of any other text goes back as it came`() {
        let server = UhuraSide.inState(.open, .server)
        let long = String(repeating: "x", count: 256)
        #expect(server.hear(",{\"args\":[\"e\"],\"id\":\"\(long)\"}")[0].hasPrefix("malformed: an id has 256 bytes"))
        #expect(server.hear(",[\"ack::\(long)\"]")[0].hasPrefix("malformed: an acknowledgement has an id of 256"))
        #expect(server.hear(",{\"args\":[\"e\"],\"id\":\"\(long.dropLast())\"}")[0].hasPrefix("event"))
        #expect(server.hear(",{\"args\":[\"e\"],\"id\":\"\"}") == ["event [\"e\"]"])
        #expect(server.hear(",{\"args\":[\"e\"],\"id\":7}") == ["event [\"e\"]"])
        // A quote in it ends no string, and nothing behind it is a message.
        #expect(server.hear(",{\"args\":[\"e\"],\"id\":\"a\\\"],[\\\"b\\n\"}")[0].hasPrefix("event"))
        let id = MessageIdentifier.text("a\"],[\"b\n")
        #expect(
            server.say { $0.write(acknowledgementOf: id, into: &$1) }
                == "\n,\n{\"args\":[\"ack::a\\\"],[\\\"b\\n\"]}")
    }

    @Test func `either form is taken at any time, whatever was agreed`() {
        let server = UhuraSide(.server)
        let heard = server.hear(
            "[{\"args\":[\"_set\",{}]},{\"id\":\"y\",\"args\":[\"start\"]},{\"args\":[\"e\"],\"id\":\"x\"},[\"e\"]")
        #expect(heard == ["set  whole", "started arrays", "event [\"e\"] #x", "event [\"e\"]"])
    }

    @Test func `events have objects and ids as agreed, and neither before`() {
        for (objects, acks, expected) in [
            (true, true, "{\"args\":[\"e\"],\"id\":\"1\"}"), (true, false, "{\"args\":[\"e\"]}"),
            (false, true, "[\"e\"]"),
            (false, false, "[\"e\"]"),
        ] {
            let client = UhuraSide(.client)
            #expect(Self.event(client) == "[\n[\"e\"]")
            _ = client.hear("[[\"connect\",{\"objectMode\":\(objects),\"enableAcks\":\(acks)}]")
            #expect(Self.event(client) == "\n,\n\(expected)")
        }
    }

    private static func event(_ side: UhuraSide) -> String {
        side.say { machine, output in
            Array("e".utf8).withUnsafeBytes {
                let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
                machine.write(event: $0, nothing, id: UhuraSide.id("1"), into: &output)
            }
        }
    }

    @Test func `a message is there with its last bracket`() {
        let side = UhuraSide.inState(.open, .client)
        #expect(side.hear("\n,\n[\"a\"") == [])
        #expect(side.isMidMessage)
        #expect(side.hear("]") == ["event [\"a\"]"])
        #expect(!side.isMidMessage)
    }

    @Test func `a message that is too long ends it`() {
        let side = UhuraSide(.server, messageByteCountMax: 100)
        let text = "[[\"start\"],[\"\(String(repeating: "x", count: 200))\"]"
        #expect(side.hear(text).last == "too long: a message is longer than 100 bytes")
    }

    @Test func `names that mean something to an original are reserved, others are not`() {
        let reserved = ["_set", "start", "connect", "invalidateSession", "disconnect", "error", "newListener"]
        for name in reserved + ["removeListener", "ack::", "ack::1"] { #expect(Self.isReserved(name), "\(name)") }
        for name in ["ping", "", "ack", "connected", "Start", "message"] { #expect(!Self.isReserved(name), "\(name)") }
    }

    private static func isReserved(_ name: String) -> Bool {
        Array(name.utf8).withUnsafeBytes { UhuraName.isReserved($0) }
    }
}
