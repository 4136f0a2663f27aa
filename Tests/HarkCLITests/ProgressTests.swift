import Foundation
import Testing

/// What is told of things that take longer than a second.
@Suite struct ProgressTests {
    private func next(_ command: Command) async throws -> [String: Any] {
        let line = try #require(await command.nextErrors().split(separator: "\n").last)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(object as? [String: Any], "\(line)")
    }

    @Test func `listening for a number of events tells how many of them are there`() async throws {
        let listen = try Command("listen", "unix://\(Command.socket())", "--count", "8", "--progress", "json")
        let connect = try Command("connect", try await listen.nextURL())
        for _ in 1...2 { try connect.say(#"{"emit":"n"}"#) }
        var progress = try await next(listen)
        while progress["received"] as? Int != 2 { progress = try await next(listen) }
        #expect(progress["type"] as? String == "progress")
        #expect(progress["stage"] as? String == "listening")
        #expect(progress["percent"] as? Int == 25)
        #expect(progress["secondsLeft"] is Int)
        #expect(progress["eventsPerSecond"] is Int)
    }

    @Test func `sending a file tells how much of it is read`() async throws {
        let file = NSTemporaryDirectory() + "hark-\(UInt64.random(in: 0 ... .max)).jsonl"
        defer { try? FileManager.default.removeItem(atPath: file) }
        // Nobody is there, so it stops reading when what waits is 1 MiB.
        let line = #"{"emit":"n","args":["\#(String(repeating: "x", count: 500))"]}"# + "\n"
        try String(repeating: line, count: 8_000).write(toFile: file, atomically: true, encoding: .utf8)
        let connect = try Command(
            arguments: ["connect", "unix:///nobody.sock", "--end-with-input", "--quiet", "--progress", "json"],
            inputFile: file)
        let progress = try await next(connect)
        #expect(progress["stage"] as? String == "connecting")
        #expect((1..<90).contains(try #require(progress["percent"] as? Int)))
    }

    @Test func `waiting for a reply tells how long it still waits`() async throws {
        let listen = try Command("listen", "unix://\(Command.socket())")
        let request = try Command("request \(try await listen.nextURL()) sum --timeout 30 --progress json")
        _ = try await listen.next("request")
        let progress = try await next(request)
        #expect(progress["stage"] as? String == "waiting for the answer")
        #expect((20...29).contains(try #require(progress["secondsLeft"] as? Int)))
    }

    @Test func `a terminal gets a bar, and nothing remains of it`() async throws {
        let listen = try Command("listen", "unix://\(Command.socket())")
        let terminal = try Terminal()
        let request = try Command(
            arguments: ["request", try await listen.nextURL(), "sum", "--timeout", "20"], errors: terminal.end)
        _ = try await listen.next("request")
        let bar = try terminal.read(until: "s left")
        #expect(bar.hasPrefix("\r[#-------------------]  waiting for the answer  "))
        try listen.say(#"{"reply":1,"args":[5]}"#)
        #expect(try await request.nextLine() == "5")
        #expect(try terminal.read(until: "\r\u{1B}[K").hasSuffix("\r\u{1B}[K"))
    }

    @Test func `without a terminal nothing is told unless asked for`() async throws {
        let (status, errors) = await (try Command("connect unix:///nobody.sock --timeout 2.2 --quiet")).end()
        #expect(status == 4)
        #expect(errors == "hark: nothing ended it within 2.2 seconds\n")
    }
}
