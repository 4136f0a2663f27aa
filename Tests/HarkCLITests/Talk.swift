import Foundation
import Hark
import Testing

/// `listen` and `connect` in one dialect, connected.
struct Talk {
    let listen: Command
    let connect: Command
    let url: String
    /// How the client is called in `listen`.
    let peer: String

    init(_ dialect: String, _ options: String...) async throws {
        listen = try Command("listen", "unix://\(Command.socket())", "--dialect", dialect)
        url = try await listen.nextURL()
        connect = try Command(arguments: ["connect", url, "--dialect", dialect, "--reconnect-delay", "1-20"] + options)
        peer = try await listen.nextPeer()
        _ = try await connect.next("connect")
    }

    /// Each value travels both ways, as one argument.
    func expectValues() async throws {
        for value in ["null", "true", "-7", "2.5", #""ü\n\"""#, "[]", #"{"a":{"b":[1]}}"#] {
            try connect.say(#"{"emit":"there","args":[\#(value)]}"#)
            #expect(
                try await listen.nextLine()
                    == #"{"type":"event","name":"there","args":[\#(value)],"from":"\#(peer)"}"#)
            try listen.say(#"{"emit":"back","args":[\#(value)],"to":"\#(peer)"}"#)
            #expect(try await connect.nextLine() == #"{"type":"event","name":"back","args":[\#(value)]}"#)
        }
        try listen.say(#"{"emit":"nothing"}"#)
        #expect(try await connect.nextLine() == #"{"type":"event","name":"nothing","args":[]}"#)
    }

    /// Without "to" everybody hears it, with it one.
    func expectAddressing(_ dialect: String) async throws {
        let other = try Command("connect", url, "--dialect", dialect)
        let othersID = try await listen.nextPeer()
        _ = try await other.next("connect")
        #expect(othersID != peer)
        try listen.say(#"{"emit":"secret","to":"\#(othersID)"}"#)
        try listen.say(#"{"emit":"news","args":[1]}"#)
        #expect(try await other.nextLine() == #"{"type":"event","name":"secret","args":[]}"#)
        #expect(try await other.nextLine() == #"{"type":"event","name":"news","args":[1]}"#)
        #expect(try await connect.nextLine() == #"{"type":"event","name":"news","args":[1]}"#)
        try listen.say(#"{"emit":"lost","to":"nobody"}"#)
        #expect(try await listen.next("error").contains("no peer \\\"nobody\\\""))
    }

    /// Both lines and reasons, each of them once.
    func expectErrors(_ errors: [(line: String, reason: String)]) async throws {
        for side in [listen, connect] {
            for (line, reason) in errors {
                try side.say(line)
                let answer = try await side.nextLine()
                #expect(answer.hasPrefix(#"{"type":"error","message":"line "#) && answer.contains(reason), "\(answer)")
            }
        }
    }

    /// The client goes away in order, then at once, and another one comes.
    func expectGuests(_ dialect: String) async throws {
        connect.signal(SIGTERM)
        #expect(await connect.status() == 0)
        #expect(try await listen.nextLine().hasPrefix(#"{"type":"disconnect","peer":"\#(peer)","message":""#))
        let other = try Command("connect", url, "--dialect", dialect)
        let othersID = try await listen.nextPeer()
        _ = try await other.next("connect")
        #expect(othersID != peer)
        other.signal(SIGKILL)
        #expect(try await listen.nextLine().hasPrefix(#"{"type":"disconnect","peer":"\#(othersID)","message":""#))
        let third = try Command("connect", url, "--dialect", dialect)
        _ = try await listen.nextPeer()
        try third.say(#"{"emit":"here","args":[3]}"#)
        #expect(try await listen.next("event").hasPrefix(#"{"type":"event","name":"here","args":[3]"#))
    }

    /// A log that is piped through a connection arrives whole, and the sender's account says so.
    ///
    /// - Parameter key: where the account counts it.
    static func expectLog(_ dialect: String, countedAs key: String) async throws {
        let count = 5_000
        let listen = try Command("listen", "unix://\(Command.socket())", "--dialect", dialect)
        let connect = try Command("connect", try await listen.nextURL(), "--dialect", dialect, "--end-with-input")
        _ = try await connect.next("connect")
        Thread.detachNewThread {
            for number in 0..<count { try? connect.say(#"{"emit":"log","args":["line \#(number)"]}"#) }
            try? connect.endInput()
        }
        for number in 0..<count {
            try #require(try await listen.next("event").contains(#""args":["line \#(number)"]"#))
        }
        let end = try await connect.next("end")
        #expect(end.contains(#""sent":\#(count),"#) && end.contains(#""\#(key)":\#(count),"#), "\(end)")
        #expect(await connect.status() == 0)
    }

    /// Whoever reads the lines may stall: the sender waits, the connection stays, and no line is lost.
    @EventLoop
    static func expectStall(_ dialect: String) async throws {
        let count = 20_000
        let url = "unix://\(Command.socket())"
        let listen = try Command("listen", url, "--dialect", dialect, isRead: false)
        let connect = try Command("connect", url, "--dialect", dialect, "--retry-delay", "1-20", "--end-with-input")
        _ = try await connect.next("connect")
        let filling = String(repeating: "f", count: 40)
        Thread.detachNewThread {
            for number in 0..<count { try? connect.say(#"{"emit":"n","args":["\#(number) \#(filling)"]}"#) }
            try? connect.endInput()
        }
        // For all buffers to fill; nothing depends on how exactly.
        await withCheckedContinuation { continuation in
            LoopTimer { continuation.resume() }.schedule(at: TimerHeap.now + 500)
        }
        listen.read()
        for type in ["listening", "connect"] { _ = try await listen.next(type) }
        for number in 0..<count {
            let line = try await listen.nextLine()
            try #require(line.contains(#""args":["\#(number) f"#), "\(number) is \(line)")
        }
        #expect(await connect.rest().map { $0.prefix(14) } == [#"{"type":"end","#], "the connection was kept")
    }

    /// One event, as `hark emit` sends it.
    static func expectEmit(_ dialect: String) async throws {
        let listen = try Command("listen", "tcp://localhost:0", "--dialect", dialect)
        let url = try await listen.nextURL()
        #expect(await (try Command("emit", url, "hello", "{\"a\":1}", "--dialect", dialect)).status() == 0)
        #expect(try await listen.next("event").hasPrefix(#"{"type":"event","name":"hello","args":[{"a":1}]"#))
    }

    /// With `--no-retry` there is one attempt.
    static func expectOneAttempt(_ dialect: String) async throws {
        let connect = try Command("connect unix:///nobody.sock --no-retry --dialect \(dialect)")
        let lines = await connect.rest()
        #expect(lines.count == 1 && lines[0].contains("there is no such socket file"), "\(lines)")
        #expect(await connect.status() == 3)
    }
}
