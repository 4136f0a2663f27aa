import Foundation
import Testing

/// Whole files through two pipes and a socket.
@Suite struct PipeSweepTests {
    /// Lines: a fraction while developing, a real log in a release step, more for a night.
    private static let lineCount =
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": 100_000
        case "soak": 1_000_000
        default: 5_000
        }

    private func line(_ number: Int) -> String {
        "\(number) host app[4711]: the quick brown fox jumps over the lazy dog, and over the \\\"next\\\" one as well"
    }

    /// Writing waits for the reader, so it needs a thread.
    private func pour(into command: Command) {
        Thread.detachNewThread { [self] in
            for number in 0..<Self.lineCount {
                try? command.say(#"{"emit":"log","args":["\#(line(number))"]}"#)
            }
            try? command.say(#"{"close":true}"#)
        }
    }

    private func receive(on listen: Command) async throws {
        for number in 0..<Self.lineCount {
            let event = try await listen.next("event")
            try #require(event.contains(#""args":["\#(line(number))"]"#), "line \(number) is \(event)")
        }
    }

    @Test func `lines piped through connect arrive complete and in order`() async throws {
        let listen = try Command("listen", "unix://\(Command.socket())")
        let connect = try Command("connect", try await listen.nextURL())
        pour(into: connect)
        try await receive(on: listen)
        #expect(await connect.status() == 0)
    }

    @Test func `lines read before the first connection wait for it, none is dropped`() async throws {
        let url = "unix://\(Command.socket())"
        let connect = try Command("connect", url)
        pour(into: connect)
        _ = try await connect.next("error")
        let listen = try Command("listen", url)
        try await receive(on: listen)
        let lines = await connect.rest()
        #expect(!lines.contains { $0.contains("of the input") }, "nothing was refused")
        #expect(await connect.status() == 0)
    }

    @Test func `lines piped through listen reach every client complete and in order`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let url = try await listen.nextURL()
        let clients = [try Command("connect", url), try Command("connect", url)]
        for _ in clients { _ = try await listen.nextPeer() }
        pour(into: listen)
        for client in clients { try await receive(on: client) }
        #expect(await listen.status() == 0)
    }
}
