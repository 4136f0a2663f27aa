import Foundation
import Hark
import Testing

/// What scripts rely on, with Streamitter on the wire.
@Suite struct StreamitterTests {
    @Test func `events travel both ways, and one's own are not told`() async throws {
        let talk = try await Talk("streamitter")
        try await talk.expectValues()
        try talk.connect.say(#"{"emit":"both","args":[1,[2]]}"#)
        #expect(try await talk.listen.nextLine().contains(#""name":"both","args":[1,[2]]"#))
        try talk.connect.say(#"{"close":true}"#)
        #expect(
            await talk.connect.rest()
                == [#"{"type":"end","sent":8,"acknowledged":0,"written":8,"dropped":{},"unknown":0}"#])
    }

    @Test func `without to all clients hear it, with it one`() async throws {
        try await Talk("streamitter").expectAddressing("streamitter")
    }

    @Test func `what the wire does not have is refused with the reason`() async throws {
        try await Talk("streamitter").expectErrors([
            (#"{"emit":"a","ack":true}"#, "the streamitter dialect has no acknowledgements"),
            (#"{"reply":1,"args":[1]}"#, "the streamitter dialect has no requests"),
            (#"{"set":{"a":1}}"#, "the streamitter dialect has no shared data"),
            (#"{"get":"a","to":null}"#, "the streamitter dialect has no shared data"),
            ("nonsense", "this is not JSON"),
        ])
    }

    @Test func `clients that leave or die are told, and others come`() async throws {
        try await Talk("streamitter").expectGuests("streamitter")
    }

    @Test func `a server that is killed and comes back is found again, and has what was emitted meanwhile`()
        async throws
    {
        let talk = try await Talk("streamitter")
        talk.listen.signal(SIGKILL)
        _ = try await talk.connect.next("disconnect")
        try talk.connect.say(#"{"emit":"meanwhile"}"#)
        #expect(try await talk.connect.next("error").contains("cannot connect to \(talk.url)"))
        let second = try Command("listen", talk.url, "--dialect", "streamitter")
        #expect(try await second.next("event").contains("meanwhile"))
        _ = try await talk.connect.next("connect")
        #expect(try await talk.connect.nextLine() == #"{"type":"reconnect"}"#)
    }

    @Test func `a log arrives whole, and the account ends at what was written`() async throws {
        try await Talk.expectLog("streamitter", countedAs: "written")
    }

    @Test func `a reader that stalls costs neither the connection nor a line`() async throws {
        try await Talk.expectStall("streamitter")
    }

    @Test func `hark emit sends one event`() async throws { try await Talk.expectEmit("streamitter") }

    @Test func `with no-retry there is one attempt`() async throws { try await Talk.expectOneAttempt("streamitter") }

    @Test func `a new connection is made when it is asked for`() async throws {
        let talk = try await Talk("streamitter")
        try talk.connect.say(#"{"reconnect":true}"#)
        for type in ["disconnect", "connect", "reconnect"] { _ = try await talk.connect.next(type) }
        #expect(try await talk.listen.nextPeer() != talk.peer)
    }

    // MARK: Originals

    @EventLoop
    @Test func `a server of the original library is understood`() async throws {
        let original = try Original()
        let connect = try Command(
            "connect", original.url, "--dialect", "streamitter", "--reconnect-delay", "1-20", "--retry-delay", "1-20")
        _ = try await connect.next("connect")
        try connect.say(#"{"emit":"hello","args":["ü",{"a":1}]}"#)
        try await original.hear("[\n[\"hello\",\"ü\",{\"a\":1}]")
        try original.say("[\n[\"news\",1,null]")
        #expect(try await connect.nextLine() == #"{"type":"event","name":"news","args":[1,null]}"#)
        // What makes no sense is told and passed over.
        try original.say("\n,\n[tru]\n,\n[\"after\"]")
        #expect(try await connect.nextLine().hasPrefix(#"{"type":"error","message":"a message was passed over: "#))
        #expect(try await connect.next("event") == #"{"type":"event","name":"after","args":[]}"#)
        original.cut()
        for type in ["disconnect", "connect", "reconnect"] { _ = try await connect.next(type) }
        try connect.say(#"{"emit":"again"}"#)
        try await original.hear("[\n[\"again\"]")
        original.close()
    }

    @EventLoop
    @Test func `a client of the original library is understood`() async throws {
        let listen = try Command("listen", "tcp://localhost:0", "--dialect", "streamitter")
        let original = try await Original(connectingTo: try await listen.nextURL())
        let peer = try await listen.nextPeer()
        try listen.say(#"{"emit":"first","args":[1]}"#)
        try listen.say(#"{"emit":"second","to":"\#(peer)"}"#)
        try await original.hear("[\n[\"first\",1]\n,\n[\"second\"]")
        try original.say("[\n[\"ping\"")
        try original.say(",0.5]")
        #expect(try await listen.nextLine() == #"{"type":"event","name":"ping","args":[0.5],"from":"\#(peer)"}"#)
        original.cut()
        #expect(try await listen.nextLine().hasPrefix(#"{"type":"disconnect","peer":"\#(peer)""#))
    }
}
