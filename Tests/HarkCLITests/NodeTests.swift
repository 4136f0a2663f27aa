import Foundation
import Testing

/// Nodes of a bus as processes: what scripts rely on.
@Suite struct NodeTests {
    /// A node, and where it listens.
    private func listening(_ id: String, _ options: String...) async throws -> (node: Command, url: String) {
        let arguments = ["node", "--listen", "tcp://localhost:0", "--node-id", id]
        let node = try Command(arguments: arguments + options)
        return (node, try await node.nextURL())
    }

    /// Says "ready" until somebody hears it.
    private func meet(_ speaker: Command, _ listeners: Command...) async throws {
        let isHeard = Flag()
        Thread.detachNewThread {
            while !isHeard.isSet {
                try? speaker.say(#"{"emit":"ready"}"#)
                isHeard.wait(seconds: 0.02)
            }
        }
        for listener in listeners { _ = try await listener.next("event") }
        isHeard.set()
    }

    @Test func `both sides tell of the connection, of its end and of the next one`() async throws {
        let path = Command.socket()
        let arguments = ["node", "--listen", "unix://\(path)", "--node-id", "a"]
        let first = try Command(arguments: arguments)
        #expect(try await first.nextLine() == #"{"type":"listening","url":"unix://\#(path)"}"#)
        let other = try Command("node", "--connect", "unix://\(path)", "--node-id", "b")
        #expect(try await other.nextLine() == #"{"type":"connect","peer":"a"}"#)
        #expect(try await first.nextLine() == #"{"type":"connect","peer":"b"}"#)
        first.signal(SIGTERM)
        #expect(await first.status() == 0)
        #expect(
            try await other.nextLine()
                == #"{"type":"disconnect","peer":"a","message":"the other side closed the connection: normal"}"#)
        #expect(try await other.nextLine().contains("cannot connect to unix://\(path)"))
        let second = try Command(arguments: arguments)
        _ = try await second.nextURL()
        #expect(try await other.next("connect") == #"{"type":"connect","peer":"a"}"#)
        #expect(try await other.nextLine() == #"{"type":"reconnect"}"#)
        #expect(try await second.nextLine() == #"{"type":"connect","peer":"b"}"#)
        other.signal(SIGINT)
        #expect(await other.status() == 130)
        #expect(try await second.nextLine().hasPrefix(#"{"type":"disconnect","peer":"b","message":"#))
    }

    @Test func `every JSON value and bytes travel over a node between, and from tells who has emitted them`()
        async throws
    {
        let values = #"[null,true,-7,2.5,1e+300,"ü\n\"",[],{"a":{"b":[1]}},{"$bytes":"AAEC"}]"#
        let (middle, url) = try await listening("middle")
        let left = try Command("node", "--connect", url, "--node-id", "l")
        let right = try Command("node", "--connect", url)
        try await meet(left, middle, right)
        try left.say(#"{"emit":"values","args":\#(values)}"#)
        for node in [middle, right] {
            var line = try await node.next("event")
            while line.contains("ready") { line = try await node.next("event") }
            #expect(line == #"{"type":"event","name":"values","args":\#(values),"from":"l"}"#)
        }
    }

    @Test func `what was read before the first connection arrives before the end of the input ends it`() async throws {
        let path = Command.socket()
        let early = try Command("node", "--connect", "unix://\(path)", "--node-id", "e", "--end-with-input")
        for number in 1...3 { try early.say(#"{"emit":"early","args":[\#(number)]}"#) }
        try early.endInput()
        _ = try await early.next("error")
        let late = try Command("node", "--listen", "unix://\(path)", "--count", "3")
        for number in 1...3 {
            #expect(try await late.next("event") == #"{"type":"event","name":"early","args":[\#(number)],"from":"e"}"#)
        }
        #expect(await early.status() == 0)
        #expect(await late.status() == 0)
    }

    @Test func `nodes speak verbose as well, where from is the neighbour`() async throws {
        let (left, leftURL) = try await listening("l", "--dialect", "verbose", "--acknowledge-interval", "50")
        let (middle, url) = try await listening("m", "--dialect", "verbose", "--connect", leftURL)
        let right = try Command("node", "--connect", url, "--dialect", "verbose")
        try await meet(left, middle, right)
        try left.say(#"{"emit":"n","args":[1]}"#)
        for (node, from) in [(middle, "l"), (right, "m")] {
            var line = try await node.next("event")
            while line.contains("ready") { line = try await node.next("event") }
            #expect(line == #"{"type":"event","name":"n","args":[1],"from":"\#(from)"}"#)
        }
    }

    @Test(arguments: [
        (#"{"emit":"a","to":"b"}"#, "on a bus everyone hears everything"),
        (#"{"emit":"a","ack":true}"#, "a node has no acknowledgements"),
        (#"{"set":{"k":1}}"#, "nodes share no data"),
        (#"{"get":"k"}"#, "nodes share no data"),
        (#"{"reconnect":true}"#, "connects again by itself"),
        (#"{"reply":1,"args":[1]}"#, "this node is asked nothing"),
    ])
    func `what a bus does not have is refused, and why`(line: String, reason: String) async throws {
        let (node, _) = try await listening("a")
        try node.say(line + "\n" + #"{"close":true}"#)
        let error = try await node.nextLine()
        #expect(error.hasPrefix(#"{"type":"error","message":"line 1 of the input: "#) && error.contains(reason))
        #expect(await node.status() == 0)
    }

    @Test(arguments: [
        ("", "give --listen URL, --connect URL or both"),
        ("--connect udp://239.1.2.3:9000", "is a group"),
        ("--connect tcp://localhost:0", "port 0 is for listening"),
        ("--listen tcp://:0 --hop-limit 255", "a hop limit is a number from 0 to 254"),
        ("--listen tcp://:0 --max-peers 0", "--max-peers must be a number from 1"),
        ("--listen tcp://:0 --buffer-max 9", "--buffer-max is for --dialect verbose"),
        ("--listen tcp://:0 --dialect verbose --hop-limit 3", "--hop-limit is for --dialect native"),
        ("--listen tcp://:0 --dialect verbos", #"did you mean "verbose"?"#),
        ("--listen tcp://:0 --dialect uhura", "is spoken over connections"),
    ])
    func `a command line that makes no sense is refused`(options: String, reason: String) async throws {
        let node = try Command(arguments: ["node"] + options.split(separator: " ").map { String($0) })
        let (status, errors) = await node.end()
        #expect(status == 2)
        #expect(errors.contains(reason), "\(errors)")
    }

    @Test func `an address in use ends it, and a name in use is told`() async throws {
        let (_, url) = try await listening("a")
        let second = try Command("node", "--listen", url)
        #expect(await second.status() == 1)
        let twin = try Command("node", "--connect", url, "--node-id", "a")
        #expect(try await twin.next("error").contains("another node is called"))
    }
}
