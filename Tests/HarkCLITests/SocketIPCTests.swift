import Foundation
import Hark
import Testing

/// What scripts rely on, with socket-ipc on the wire.
@EventLoop
@Suite struct SocketIPCTests {
    @Test func `events travel both ways, and a peer is called by a UUID`() async throws {
        let talk = try await Talk("socket-ipc")
        let uuid = try Regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        #expect(talk.peer.wholeMatch(of: uuid) != nil, "\(talk.peer)")
        try await talk.expectValues()
        try talk.connect.say(#"{"close":true}"#)
        #expect(
            await talk.connect.rest()
                == [#"{"type":"end","sent":7,"acknowledged":0,"written":7,"dropped":{},"unknown":0}"#])
    }

    @Test func `without to all clients hear it, with it one`() async throws {
        try await Talk("socket-ipc").expectAddressing("socket-ipc")
    }

    @Test func `what the wire does not have is refused with the reason`() async throws {
        try await Talk("socket-ipc").expectErrors([
            (#"{"emit":"a","args":[1,2]}"#, "this dialect carries one argument at most"),
            (#"{"emit":"a","ack":true}"#, "the socket-ipc dialect has no acknowledgements"),
            (#"{"reply":1,"args":[1]}"#, "the socket-ipc dialect has no requests"),
            (#"{"set":{"a":1}}"#, "the socket-ipc dialect has no shared data"),
            (#"{"get":"a"}"#, "the socket-ipc dialect has no shared data"),
            ("nonsense", "this is not JSON"),
        ])
    }

    @Test func `what is emitted without a connection is one error, and nothing waits`() async throws {
        let talk = try await Talk("socket-ipc", "--retry-delay", "1-20")
        talk.listen.signal(SIGKILL)
        _ = try await talk.connect.next("disconnect")
        for _ in 1...3 { try talk.connect.say(#"{"emit":"meanwhile","args":[1]}"#) }
        try talk.connect.say(#"{"emit":"meanwhile","args":[1,2]}"#)
        let refusal = "there is no connection, and this dialect keeps nothing for the next one"
        var refused = 0
        while refused < 4 {
            let error = try await talk.connect.next("error")
            if error.contains("of the input") {
                #expect(error.contains(refusal))
                refused += 1
            } else {
                #expect(error.contains("cannot connect to \(talk.url)"), "and no other")
            }
        }
        let second = try Command("listen", talk.url, "--dialect", "socket-ipc")
        _ = try await second.nextPeer()
        while true {
            let line = try await talk.connect.nextLine()
            if line == #"{"type":"connect"}"# { break }
            #expect(line.contains("cannot connect to"))
        }
        #expect(try await talk.connect.nextLine() == #"{"type":"reconnect"}"#)
        try talk.connect.say(#"{"emit":"now"}"#)
        #expect(try await second.nextLine().hasPrefix(#"{"type":"event","name":"now","args":[]"#))
        try talk.connect.say(#"{"close":true}"#)
        let account = #"{"type":"end","sent":5,"acknowledged":0,"written":1,"dropped":{"notConnected":4},"unknown":0}"#
        #expect(await talk.connect.rest() == [account])
    }

    @Test func `with queue-offline it waits for the next connection`() async throws {
        let talk = try await Talk("socket-ipc", "--retry-delay", "1-20", "--queue-offline")
        talk.listen.signal(SIGKILL)
        _ = try await talk.connect.next("disconnect")
        try talk.connect.say(#"{"emit":"meanwhile","args":[1]}"#)
        #expect(try await talk.connect.next("error").contains("cannot connect to \(talk.url)"))
        let second = try Command("listen", talk.url, "--dialect", "socket-ipc")
        #expect(try await second.next("event").hasPrefix(#"{"type":"event","name":"meanwhile","args":[1]"#))
        for type in ["connect", "reconnect"] { _ = try await talk.connect.next(type) }
    }

    @Test func `clients that leave or die are told, and others come`() async throws {
        try await Talk("socket-ipc").expectGuests("socket-ipc")
    }

    @Test func `a log arrives whole, and the account ends at what was written`() async throws {
        try await Talk.expectLog("socket-ipc", countedAs: "written")
    }

    @Test func `a reader that stalls costs neither the connection nor a line`() async throws {
        try await Talk.expectStall("socket-ipc")
    }

    @Test func `hark emit sends one event`() async throws { try await Talk.expectEmit("socket-ipc") }

    @Test func `with no-retry there is one attempt`() async throws { try await Talk.expectOneAttempt("socket-ipc") }

    @Test(arguments: [("", "1.0"), (" --retry-delay 60000-60001", "60.0")])
    func `the delay before the first connection is the documented one, or spread evenly`(
        options: String, seconds: String
    ) async throws {
        let connect = try Command("connect unix:///nobody.sock --dialect socket-ipc\(options)")
        #expect(await connect.nextErrors() == "hark: next attempt in \(seconds) s, after 1 that failed\n")
    }

    // MARK: Originals

    @Test func `a server of the original library is understood`() async throws {
        let original = try Original()
        let connect = try Command("connect", original.url, "--dialect", "socket-ipc", "--reconnect-delay", "1-20")
        _ = try await connect.next("connect")
        try connect.say(#"{"emit":"hello","args":["world"]}"#)
        try await original.hear(#"{"topic":"hello","message":"world"}"# + "\0\0")
        try connect.say(#"{"emit":"t"}"#)
        try await original.hear(#"{"topic":"t"}"# + "\0\0")
        try original.say(#"{"topic":"news","message":{"a":[1]}}"# + "\0\0" + #"{"topic":"bare"}"# + "\0\0nonsense\0\0")
        #expect(try await connect.nextLine() == #"{"type":"event","name":"news","args":[{"a":[1]}]}"#)
        #expect(try await connect.nextLine() == #"{"type":"event","name":"bare","args":[]}"#)
        #expect(try await connect.nextLine().hasPrefix(#"{"type":"error","message":"a message was passed over: "#))
        original.cut()
        for type in ["disconnect", "connect", "reconnect"] { _ = try await connect.next(type) }
        original.close()
    }

    @Test func `a client of the original library is understood`() async throws {
        let listen = try Command("listen", "unix://\(Command.socket())", "--dialect", "socket-ipc")
        let original = try await Original(connectingTo: try await listen.nextURL())
        let peer = try await listen.nextPeer()
        try listen.say(#"{"emit":"first","args":[null]}"#)
        try listen.say(#"{"emit":"second","to":"\#(peer)"}"#)
        try await original.hear(#"{"topic":"first","message":null}"# + "\0\0" + #"{"topic":"second"}"# + "\0\0")
        try original.say(#"{"topic":"ping","message"#)
        try original.say(#"":0.5}"# + "\0\0")
        #expect(try await listen.nextLine() == #"{"type":"event","name":"ping","args":[0.5],"from":"\#(peer)"}"#)
        original.cut()
        #expect(try await listen.nextLine().hasPrefix(#"{"type":"disconnect","peer":"\#(peer)""#))
    }
}
