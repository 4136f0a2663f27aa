import Foundation
import Testing

/// What scripts rely on, line by line.
@Suite struct ContractTests {
    @Test func `listening comes once per address, with the port really bound`() async throws {
        let path = Command.socket()
        let listen = try Command("listen", "tcp://localhost:0", "unix://\(path)")
        let tcp = try await listen.nextLine()
        #expect(tcp.hasPrefix(#"{"type":"listening","url":"tcp://localhost:"#) && !tcp.hasSuffix(#":0"}"#))
        #expect(try await listen.nextLine() == #"{"type":"listening","url":"unix://\#(path)"}"#)
        listen.signal(SIGTERM)
        #expect(await listen.status() == 0)
    }

    @Test func `both sides tell of the connection and of its end`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let connect = try Command("connect", try await listen.nextURL())
        #expect(try await connect.nextLine() == #"{"type":"connect"}"#)
        let peer = try await listen.nextPeer()
        #expect(peer.count == 16)
        connect.signal(SIGTERM)
        #expect(await connect.status() == 0)
        #expect(
            try await listen.nextLine()
                == #"{"type":"disconnect","peer":"\#(peer)","message":"the other side closed the connection: normal"}"#)
    }

    @Test func `every JSON value and bytes travel both ways`() async throws {
        let values = #"[null,true,-7,2.5,1e+300,"ü\n\"",[],{"a":{"b":[1]}},{"$bytes":"AAEC"}]"#
        let listen = try Command("listen", "unix://\(Command.socket())")
        let connect = try Command("connect", try await listen.nextURL())
        let peer = try await listen.nextPeer()
        try connect.say(#"{"emit":"values","args":\#(values)}"#)
        #expect(
            try await listen.nextLine() == #"{"type":"event","name":"values","args":\#(values),"from":"\#(peer)"}"#)
        try listen.say(#"{"emit":"back","args":\#(values)}"#)
        #expect(try await connect.next("event") == #"{"type":"event","name":"back","args":\#(values)}"#)
        try listen.say(#"{"emit":"nothing"}"#)
        #expect(try await connect.nextLine() == #"{"type":"event","name":"nothing","args":[]}"#)
    }

    @Test func `without to all clients hear it, with it one`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let url = try await listen.nextURL()
        let one = try Command("connect", url)
        let onesID = try await listen.nextPeer()
        let other = try Command("connect", url)
        _ = try await listen.nextPeer()
        try listen.say(#"{"emit":"secret","to":"\#(onesID)"}"#)
        try listen.say(#"{"emit":"news","args":[1]}"#)
        #expect(try await one.next("event") == #"{"type":"event","name":"secret","args":[]}"#)
        #expect(try await one.next("event") == #"{"type":"event","name":"news","args":[1]}"#)
        #expect(try await other.next("event") == #"{"type":"event","name":"news","args":[1]}"#)
        try listen.say(#"{"emit":"lost","to":"nobody"}"#)
        #expect(try await listen.next("error").contains("no peer \\\"nobody\\\""))
    }

    @Test func `a request is answered from standard input`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let url = try await listen.nextURL()
        let sum = try Command("request", url, "sum", "2", "two", "--timeout", "50")
        let peer = try await listen.nextPeer()
        #expect(
            try await listen.nextLine()
                == #"{"type":"request","id":1,"name":"sum","args":[2,"two"],"from":"\#(peer)"}"#)
        try listen.say(#"{"reply":1,"args":[{"sum":4}]}"#)
        #expect(try await sum.nextLine() == #"{"sum":4}"#)
        #expect(await sum.status() == 0)

        for (option, line) in [("--raw", "four"), ("--progress", "\"four\"")] {
            let text = try Command(
                arguments: ["request", url, "sum", "--timeout", "50", option] + (option == "--progress" ? ["none"] : [])
            )
            let id = try #require(try await listen.next("request").split(separator: ",")[1].split(separator: ":").last)
            try listen.say(#"{"reply":\#(id),"args":["four"]}"#)
            #expect(try await text.nextLine() == line)
        }

        let refused = try Command("request", url, "sum", "--timeout", "50")
        #expect(try await listen.next("request").contains(#""id":4"#))
        try listen.say(#"{"reply":4,"error":"two numbers, please"}"#)
        let (status, errors) = await refused.end()
        #expect(status == 1)
        #expect(errors == "hark: two numbers, please\n")
        try listen.say(#"{"reply":4,"args":[]}"#)
        #expect(try await listen.next("error").contains("no request 4 waits"))
    }

    @Test func `values that one side sets are told and found at the other`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let connect = try Command("connect", try await listen.nextURL())
        let peer = try await listen.nextPeer()
        _ = try await connect.next("connect")
        try connect.say(#"{"set":{"colour":"blue"}}"#)
        #expect(try await listen.nextLine() == #"{"type":"set","values":{"colour":"blue"},"from":"\#(peer)"}"#)
        try listen.say(#"{"set":{"size":[1,2]}}"#)
        #expect(try await connect.nextLine() == #"{"type":"set","values":{"size":[1,2]}}"#)
        try connect.say(#"{"get":"size"}"#)
        #expect(try await connect.nextLine() == #"{"type":"set","values":{"size":[1,2]}}"#)
        try listen.say(#"{"set":{"colour":null},"to":"\#(peer)"}"#)
        #expect(try await connect.nextLine() == #"{"type":"set","values":{"colour":null}}"#)
        try listen.say(#"{"get":"colour","to":"\#(peer)"}"#)
        #expect(try await listen.nextLine() == #"{"type":"set","values":{"colour":null},"from":"\#(peer)"}"#)
    }

    @Test func `count ends it after exactly so many events`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let connect = try Command("connect", try await listen.nextURL(), "--count", "2")
        _ = try await listen.nextPeer()
        for number in 1...3 { try listen.say(#"{"emit":"n","args":[\#(number)]}"#) }
        let events = await connect.rest().filter { $0.contains("event") }
        #expect(events.count == 2)
        #expect(await connect.status() == 0)
    }

    @Test(arguments: [
        ("nonsense", "this is not JSON"),
        ("[1]", "an object is expected"),
        ("{}", "one of the keys"),
        (#"{"emit":7}"#, "a text"),
        (#"{"emit":"a","args":7}"#, "takes an array"),
        (#"{"emit":"a","to":7}"#, "takes the id of a peer"),
        (#"{"emit":"a","ack":"yes"}"#, "true or false"),
        (#"{"set":7}"#, "takes an object of keys and values"),
        (#"{"set":{"k":1},"to":"nobody"}"#, "no peer \\\"nobody\\\""),
        (#"{"get":7}"#, "takes a key"),
        (#"{"get":"k"}"#, "needs a peer that is connected"),
        (#"{"reconnect":true}"#, "is for hark connect"),
        (#"{"reconnect":1}"#, "takes true"),
        (#"{"reply":"x"}"#, "the number of a request"),
        (#"{"reply":1,"args":[1,2]}"#, "one result"),
        (#"{"close":1}"#, "takes true"),
    ])
    func `a line that makes no sense is reported with its number and skipped`(
        line: String, reason: String
    )
        async throws
    {
        let listen = try Command("listen", "tcp://localhost:0")
        _ = try await listen.nextURL()
        try listen.write("\n\(line)\n{\"close\":true}\n")
        let error = try await listen.nextLine()
        #expect(error.hasPrefix(#"{"type":"error","message":"line 2 of the input: "#))
        #expect(error.contains(reason))
        let (status, errors) = await listen.end()
        #expect(status == 0)
        #expect(errors.isEmpty)
    }

    @Test func `a line over one MiB is skipped, and the last line needs no newline`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let connect = try Command("connect", try await listen.nextURL())
        _ = try await connect.next("connect")
        try connect.say(#"{"emit":"long","args":["\#(String(repeating: "x", count: 1 << 20))"]}"#)
        #expect(try await connect.nextLine().contains("line 1 of the input: the line is longer than 1048576 bytes"))
        let text = String(repeating: "y", count: 1_000_000)
        try connect.say(#"{"emit":"fits","args":["\#(text)"]}"#)
        #expect(try await listen.next("event").contains(text))
        try connect.write(#"{"emit":"last"}"#)
        try connect.endInput()
        #expect(try await listen.next("event").contains(#""name":"last""#))
        connect.signal(SIGINT)
        #expect(await connect.status() == 130)
    }

    @Test func `close comes after what was read before it, even before the first connection`() async throws {
        let path = Command.socket()
        let connect = try Command("connect", "unix://\(path)")
        try connect.say("{\"emit\":\"early\",\"args\":[1]}\n{\"close\":true}")
        _ = try await connect.next("error")
        let listen = try Command("listen", "unix://\(path)", "--count", "1")
        #expect(try await listen.next("event").contains(#""name":"early","args":[1]"#))
        #expect(await connect.status() == 0)
        #expect(await listen.status() == 0)
    }

    @Test func `emit is over when its event has arrived`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let url = try await listen.nextURL()
        let emit = try Command("emit", url, "tick", "EURUSD", "1.0842", #""7""#, "--timeout", "50", "--", "-5")
        #expect(await emit.status() == 0)
        #expect(try await listen.next("event").contains(#""name":"tick","args":["EURUSD",1.0842,"7",-5]"#))
        let text = try Command("emit", url, "tick", "--text", "1.10", "--timeout", "50")
        #expect(await text.status() == 0)
        #expect(try await listen.next("event").contains(#""args":["1.10"]"#))
    }

    @Test func `clients that say one thing and leave, one after the other, are all heard`() async throws {
        let listen = try Command("listen", "tcp://localhost:0", "--count", "8")
        let url = try await listen.nextURL()
        for number in 1...8 {
            #expect(await (try Command("emit", url, "n", "\(number)", "--timeout", "50")).status() == 0)
            #expect(try await listen.next("event").contains(#""args":[\#(number)]"#))
        }
        #expect(await listen.status() == 0)
    }

    @Test func `a server that is killed and comes back is found again`() async throws {
        let url = "unix://\(Command.socket())"
        let first = try Command("listen", url)
        _ = try await first.nextURL()
        let connect = try Command("connect", url)
        _ = try await connect.next("connect")
        first.signal(SIGKILL)
        _ = try await connect.next("disconnect")
        try connect.say(#"{"emit":"meanwhile"}"#)
        #expect(try await connect.next("error").contains("cannot connect to \(url)"))
        let second = try Command("listen", url)
        #expect(try await second.next("event").contains("meanwhile"))
        _ = try await connect.next("connect")
        #expect(try await connect.nextLine() == #"{"type":"reconnect"}"#)
    }
}
