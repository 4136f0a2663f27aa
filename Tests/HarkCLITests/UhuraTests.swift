import Foundation
import Hark
import Testing

/// What scripts rely on, with Uhura on the wire.
@EventLoop
@Suite struct UhuraTests {
    @Test func `events travel both ways, and a peer is called by its session`() async throws {
        let talk = try await Talk("uhura")
        #expect(talk.peer.wholeMatch(of: /[A-Za-z0-9]{24}/) != nil)
        try await talk.expectValues()
        try talk.connect.say(#"{"get":"sessionID"}"#)
        #expect(try await talk.connect.nextLine() == #"{"type":"set","values":{"sessionID":"\#(talk.peer)"}}"#)
    }

    @Test func `without to all clients hear it, with it one`() async throws {
        try await Talk("uhura").expectAddressing("uhura")
    }

    @Test func `an emit that asks for its acknowledgement is told when its line is printed`() async throws {
        let talk = try await Talk("uhura")
        try talk.connect.say(#"{"emit":"order","args":[1],"ack":true}"#)
        #expect(try await talk.connect.nextLine() == #"{"type":"ack","name":"order"}"#)
        try talk.listen.say(#"{"emit":"order","ack":true,"to":"\#(talk.peer)"}"#)
        #expect(try await talk.listen.next("ack") == #"{"type":"ack","name":"order"}"#)
        try talk.connect.say(#"{"close":true}"#)
        #expect(
            await talk.connect.rest().last == #"{"type":"end","sent":1,"acknowledged":1,"dropped":{},"unknown":0}"#)
    }

    @Test(arguments: ["--no-acks", "--no-object-mode"])
    func `who switches acknowledgements off has none`(option: String) async throws {
        let talk = try await Talk("uhura", option)
        try talk.connect.say(#"{"emit":"order","ack":true}"#)
        #expect(try await talk.connect.nextLine().contains("acknowledgements were switched off on the command line"))
        try talk.listen.say(#"{"emit":"order","ack":true,"to":"\#(talk.peer)"}"#)
        #expect(try await talk.listen.nextLine().contains("the other side does not acknowledge events"))
        #expect(try await talk.connect.nextLine() == #"{"type":"event","name":"order","args":[]}"#)
        try await talk.expectValues()
        try talk.connect.say(#"{"close":true}"#)
        #expect(await talk.connect.rest().last?.contains(#""written":7,"#) == true)
    }

    @Test func `values that one side sets are told and found at the other`() async throws {
        let talk = try await Talk("uhura")
        try talk.connect.say(#"{"set":{"colour":"blue"}}"#)
        #expect(
            try await talk.listen.nextLine() == #"{"type":"set","values":{"colour":"blue"},"from":"\#(talk.peer)"}"#)
        try talk.listen.say(#"{"set":{"size":[1,2]},"to":"\#(talk.peer)"}"#)
        #expect(try await talk.connect.nextLine() == #"{"type":"set","values":{"size":[1,2]}}"#)
        try talk.connect.say(#"{"set":{"b":1,"a":null}}"#)
        #expect(
            try await talk.listen.nextLine() == #"{"type":"set","values":{"b":1,"a":null},"from":"\#(talk.peer)"}"#)
        try talk.listen.say(#"{"set":{"size":null}}"#)
        #expect(try await talk.connect.nextLine() == #"{"type":"set","values":{"size":null}}"#)
        try talk.listen.say(#"{"get":"colour","to":"\#(talk.peer)"}"#)
        #expect(
            try await talk.listen.nextLine() == #"{"type":"set","values":{"colour":"blue"},"from":"\#(talk.peer)"}"#)
    }

    @Test func `what the wire does not have is refused with the reason`() async throws {
        try await Talk("uhura").expectErrors([
            (#"{"reply":1,"args":[1]}"#, "the uhura dialect has no requests"),
            (#"{"emit":"_set","args":[1]}"#, "belongs to the protocol of this dialect"),
            (#"{"set":{"cookie":1}}"#, "means something else to programs of the uhura dialect"),
            ("nonsense", "this is not JSON"),
        ])
    }

    @Test func `a session goes on over another connection, with its values and what was emitted meanwhile`()
        async throws
    {
        let listen = try Command("listen", "unix://\(Command.socket())", "--dialect", "uhura")
        let proxy = try Proxy(to: try await listen.nextURL())
        let connect = try Command("connect", proxy.url, "--dialect", "uhura", "--reconnect-delay", "1-20")
        let peer = try await listen.nextPeer()
        _ = try await connect.next("connect")
        try connect.say(#"{"set":{"user":"ada"}}"#)
        _ = try await listen.next("set")
        proxy.cut()
        _ = try await listen.next("disconnect")
        try listen.say(#"{"emit":"missed","args":[1],"to":"\#(peer)"}"#)
        #expect(try await listen.nextPeer() == peer)
        for type in ["disconnect", "connect", "reconnect"] { _ = try await connect.next(type) }
        #expect(try await connect.next("event") == #"{"type":"event","name":"missed","args":[1]}"#)
        try listen.say(#"{"get":"user","to":"\#(peer)"}"#)
        #expect(try await listen.nextLine() == #"{"type":"set","values":{"user":"ada"},"from":"\#(peer)"}"#)
        try connect.say(#"{"reconnect":true}"#)
        for type in ["disconnect", "connect", "reconnect"] { _ = try await connect.next(type) }
        #expect(try await listen.nextPeer() == peer)
        proxy.close()
    }

    @Test func `a server that is killed and comes back learns the values, and has what was emitted meanwhile`()
        async throws
    {
        let talk = try await Talk("uhura")
        try talk.connect.say(#"{"set":{"user":"ada"}}"#)
        _ = try await talk.listen.next("set")
        talk.listen.signal(SIGKILL)
        _ = try await talk.connect.next("disconnect")
        try talk.connect.say(#"{"emit":"meanwhile"}"#)
        #expect(try await talk.connect.next("error").contains("cannot connect to \(talk.url)"))
        let second = try Command("listen", talk.url, "--dialect", "uhura")
        let peer = try await second.nextPeer()
        #expect(peer != talk.peer, "a session that nobody knows is not gone on with")
        #expect(try await second.nextLine() == #"{"type":"set","values":{"user":"ada"},"from":"\#(peer)"}"#)
        #expect(try await second.nextLine() == #"{"type":"event","name":"meanwhile","args":[],"from":"\#(peer)"}"#)
        _ = try await talk.connect.next("connect")
        #expect(try await talk.connect.nextLine() == #"{"type":"reconnect"}"#)
    }

    @Test func `clients that leave or die are told, and others come`() async throws {
        try await Talk("uhura").expectGuests("uhura")
    }

    @Test func `a log is acknowledged before it ends`() async throws {
        try await Talk.expectLog("uhura", countedAs: "acknowledged")
    }

    @Test func `a reader that stalls costs neither the connection nor a line`() async throws {
        try await Talk.expectStall("uhura")
    }

    @Test func `hark emit sends one event`() async throws { try await Talk.expectEmit("uhura") }

    @Test func `with no-retry there is one attempt`() async throws { try await Talk.expectOneAttempt("uhura") }

    // MARK: Originals

    @Test func `a server of the original library is understood`() async throws {
        let original = try Original()
        let connect = try Command("connect", original.url, "--dialect", "uhura")
        try connect.say(#"{"emit":"early","args":[1]}"#)
        try await original.hear("[\n[\"_set\",{}]\n,\n[\"start\",{\"objectMode\":true,\"enableAcks\":true}]")
        let id = "nU6Xv0u1Qm3xJ8kW2pLdTzRb"
        try original.say("[\n[\"_set\",\"sessionID\",\"\(id)\"]")
        #expect(try await connect.nextLine() == #"{"type":"set","values":{"sessionID":"\#(id)"}}"#)
        try original.say(
            "\n,\n{\"args\":[\"connect\",{\"objectMode\":true,\"enableAcks\":true}],\"id\":\"1b9d6bcd-0000\"}")
        #expect(try await connect.nextLine() == #"{"type":"connect"}"#)
        let event = try await original.hear(byteCount: 3 + #"{"args":["early",1],"id":""}"#.count + 36)
        #expect(event.hasPrefix("\n,\n{\"args\":[\"early\",1],\"id\":\""))
        try original.say("\n,\n[\"_set\",{\"a\":1,\"b\":[2]}]\n,\n{\"args\":[\"news\",true],\"id\":\"n-1\"}")
        #expect(try await connect.nextLine() == #"{"type":"set","values":{"a":1,"b":[2]}}"#)
        #expect(try await connect.nextLine() == #"{"type":"event","name":"news","args":[true]}"#)
        try await original.hear("\n,\n{\"args\":[\"ack::n-1\"]}")
        original.close()
    }

    @Test func `a client of the original library is understood`() async throws {
        let listen = try Command("listen", "tcp://localhost:0", "--dialect", "uhura")
        let original = try await Original(connectingTo: try await listen.nextURL())
        try original.say(
            "[\n[\"_set\",{\"user\":\"ada\",\"n\":1}]\n,\n[\"start\",{\"objectMode\":true,\"enableAcks\":true}]")
        let peer = try await listen.nextPeer()
        #expect(try await listen.nextLine() == #"{"type":"set","values":{"n":1,"user":"ada"},"from":"\#(peer)"}"#)
        try await original.hear("[\n[\"_set\",\"sessionID\",\"\(peer)\"]\n,\n")
        try await original.hear(#"{"args":["connect",{"objectMode":true,"enableAcks":true}],"id":""#)
        _ = try await original.hear(byteCount: 36 + #""}"#.count)
        try original.say("\n,\n{\"args\":[\"ping\",1],\"id\":\"e-1\"}")
        #expect(try await listen.nextLine() == #"{"type":"event","name":"ping","args":[1],"from":"\#(peer)"}"#)
        try await original.hear("\n,\n{\"args\":[\"ack::e-1\"]}")
        original.cut()
        #expect(try await listen.nextLine().hasPrefix(#"{"type":"disconnect","peer":"\#(peer)""#))
    }
}
