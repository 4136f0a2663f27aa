import Foundation
import Hark
import Testing

/// Members of a group as processes, all on this machine.
@Suite @EventLoop struct CastTests {
    private static let local = ["--interface", "127.0.0.1", "--ttl", "0"]

    private func cast(_ url: String, _ dialect: String, _ options: String...) throws -> Command {
        try Command(arguments: ["cast", url, "--dialect", dialect] + Self.local + options)
    }

    /// Each hears the other, beginning with the first.
    private func meet(_ first: Command, _ second: Command) async throws -> (first: String, second: String) {
        var ids: [String] = []
        for (speaker, listener) in [(first, second), (second, first)] {
            try speaker.say(#"{"emit":"hello","args":[1]}"#)
            let line = try await listener.next("event")
            ids.append(try #require(line.split(separator: "\"").dropLast().last.map { String($0) }))
            #expect(line == #"{"type":"event","name":"hello","args":[1],"from":"\#(ids[ids.count - 1])"}"#)
        }
        #expect(ids[0] != ids[1])
        return (ids[0], ids[1])
    }

    @Test(arguments: ["native", "eventcast"])
    func `everyone hears everyone, and from is who has sent it`(dialect: String) async throws {
        let url = try RawMember.url()
        let members = try (0..<3).map { _ in try cast(url, dialect) }
        for member in members {
            #expect(try await member.nextLine() == #"{"type":"listening","url":"\#(url)"}"#)
        }
        let (first, _) = try await meet(members[0], members[1])
        for _ in 0..<2 { _ = try await members[2].next("event") }
        for value in ["null", "true", "-7", "2.5", #""ü\n\"""#, "[]", #"{"a":{"b":[1]}}"#] {
            try members[0].say(#"{"emit":"value","args":[\#(value),0]}"#)
            for member in members[1...] {
                #expect(
                    try await member.nextLine()
                        == #"{"type":"event","name":"value","args":[\#(value),0],"from":"\#(first)"}"#)
            }
        }
        try members[0].say(#"{"emit":"nothing"}"#)
        let line = try await members[1].nextLine()
        #expect(line == #"{"type":"event","name":"nothing","args":[],"from":"\#(first)"}"#)
    }

    @Test func `without a port Eventcast draws one, and tells the others which`() async throws {
        let first = try cast("udp://239.255.72.82:0", "eventcast")
        let url = try await first.nextURL()
        let port = try #require(try Endpoint(parsing: url).port)
        #expect((49_152...65_535).contains(port))
        let second = try cast(url, "eventcast")
        #expect(try await second.nextURL() == url)
        _ = try await meet(first, second)
    }

    @Test(arguments: ["native", "eventcast"])
    func `an event of 100 kB arrives whole`(dialect: String) async throws {
        let url = try RawMember.url()
        let (first, second) = (try cast(url, dialect), try cast(url, dialect))
        for member in [first, second] { _ = try await member.nextURL() }
        _ = try await meet(first, second)
        let text = (0..<20_000).map { "\($0 % 10)abcd" }.joined()
        try first.say(#"{"emit":"large","args":["\#(text)"]}"#)
        #expect(try await second.next("event").hasPrefix(#"{"type":"event","name":"large","args":["\#(text)"],"#))
    }

    @Test func `a log that is piped into a native group arrives whole and in order`() async throws {
        let count = 5_000
        let url = try RawMember.url()
        let (first, second) = (try cast(url, "native", "--flow-control"), try cast(url, "native", "--tagged"))
        for member in [first, second] { _ = try await member.nextURL() }
        _ = try await meet(first, second)
        Thread.detachNewThread {
            for number in 0..<count { try? first.say(#"{"emit":"log","args":["line \#(number)"]}"#) }
        }
        for number in 0..<count {
            let line = try await second.nextLine()
            try #require(line.contains(#""args":["line \#(number)"]"#), "\(number) is \(line)")
        }
        try first.say(#"{"close":true}"#)
        let end = try await first.next("end")
        let sent = count + 1
        #expect(
            end == #"{"type":"end","sent":\#(sent),"acknowledged":0,"written":\#(sent),"dropped":{},"unknown":0}"#)
        #expect(await first.status() == 0)
    }

    @Test(arguments: ["native", "eventcast"])
    func `what a group does not have is answered with the reason`(dialect: String) async throws {
        let member = try cast(try RawMember.url(), dialect)
        _ = try await member.nextURL()
        for (line, reason) in [
            (#"{"emit":"a","to":"b"}"#, "everyone hears everything"),
            (#"{"emit":"a","ack":true}"#, "a group has no acknowledgements"),
            (#"{"set":{"a":1}}"#, "a group has no shared data"), (#"{"get":"a"}"#, "a group has no shared data"),
            (#"{"reply":1,"args":[2]}"#, "nobody asks in a group"), (#"{"reconnect":true}"#, "has no connections"),
            ("nonsense", "this is not JSON"),
        ] {
            try member.say(line)
            let answer = try await member.nextLine()
            #expect(answer.hasPrefix(#"{"type":"error","message":"line "#) && answer.contains(reason), "\(answer)")
        }
        member.signal(SIGINT)
        #expect(await member.status() == 130)
    }

    @Test func `a count of events ends it, and raw lines have arguments alone`() async throws {
        let url = try RawMember.url()
        let speaker = try cast(url, "native")
        let listener = try cast(url, "native", "-n", "2", "--raw")
        _ = try await speaker.nextURL()
        #expect(await listener.nextErrors().contains("listening on \(url)"))
        try speaker.say(#"{"emit":"a","args":["one",1]}"#)
        try speaker.say(#"{"emit":"b","args":["two",2]}"#)
        #expect(await listener.rest() == ["one 1", "two 2"])
        #expect(await listener.status() == 0)
    }

    @Test func `who comes late begins with what comes next, or with what the sender still keeps`() async throws {
        let url = try RawMember.url()
        let (speaker, witness) = (try cast(url, "native"), try cast(url, "native"))
        for member in [speaker, witness] { _ = try await member.nextURL() }
        for number in 1...3 { try speaker.say(#"{"emit":"early","args":[\#(number)]}"#) }
        for _ in 1...3 { _ = try await witness.next("event") }
        let (live, stored) = (try cast(url, "native"), try cast(url, "native", "--join", "stored"))
        for member in [live, stored] { _ = try await member.nextURL() }
        for number in 1...3 { #expect(try await stored.next("event").contains(#""early","args":[\#(number)]"#)) }
        try speaker.say(#"{"emit":"late"}"#)
        for member in [live, stored] { #expect(try await member.next("event").contains(#""name":"late""#)) }
    }

    @Test func `a console tells who is there, emits, and is open to this user alone`() async throws {
        let url = try RawMember.url()
        let path = Command.socket()
        let (first, second) = (try cast(url, "native", "--console", "unix://\(path)"), try cast(url, "native"))
        for member in [first, second] { _ = try await member.nextURL() }
        let (id, _) = try await meet(second, first)
        let peers = try Command("inspect", "unix://\(path)", "peers")
        #expect(try Value(json: try await peers.nextLine())[0]?["id"]?.string == id)
        let emit = try Command("inspect", "unix://\(path)", "emit", "news", #"{"a":1}"#)
        #expect(try await emit.nextLine() == #""written""#)
        #expect(try await second.next("event").hasPrefix(#"{"type":"event","name":"news","args":[{"a":1}],"#))
        let statistics = try Value(json: try await (try Command("inspect", "unix://\(path)", "statistics")).nextLine())
        #expect(statistics["written"] == 2)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a console for telnet has a port, and is refused off this machine`() async throws {
        let member = try cast(try RawMember.url(), "eventcast", "--repl")
        let notice = await member.nextErrors()
        let url = String(try #require(notice.firstMatch(of: /tcp:\/\/localhost:\d+/)).output)
        let help = try Command("inspect", url, "help")
        #expect(try Value(json: try await help.nextLine()).array?.isEmpty == false)
        let open = await (try cast(try RawMember.url(), "eventcast", "--repl-host", "0.0.0.0")).end()
        #expect(open.status == 2)
        #expect(open.errors.contains("not this machine alone"))
    }

    @Test func `where multicast is blocked, members are reached one by one`() async throws {
        let ports = try (0..<2).map { _ in try #require(try Endpoint(parsing: try RawMember.url()).port) }
        // Each address of 127.0.0.0/8 is this machine.
        let members = try (0..<2).map { index in
            try Command(
                arguments: [
                    "cast", "udp://239.255.72.82:\(ports[0])", "--address", "127.0.0.\(index + 2)", "--peer",
                    "udp://127.0.0.\(3 - index):\(ports[0])",
                ])
        }
        for member in members { _ = try await member.nextURL() }
        _ = try await meet(members[0], members[1])
    }
}
