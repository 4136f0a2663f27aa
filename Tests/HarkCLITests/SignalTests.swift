import Foundation
import Testing

/// Ctrl-C while something waits to be sent.
@Suite struct SignalTests {
    /// More than the command's window of 4 096 events, and less than its queue.
    private static let count = 6_000
    private static let filling = String(repeating: "f", count: 40)

    /// A server that does not read, and a client that has read all of its input.
    private func stopped() async throws -> (listen: Command, connect: Command) {
        let listen = try Command("listen", "unix://\(Command.socket())")
        let connect = try Command("connect", try await listen.nextURL())
        _ = try await connect.next("connect")
        listen.signal(SIGSTOP)
        var lines = ""
        for number in 0..<Self.count { lines += #"{"emit":"n","args":[\#(number),"\#(Self.filling)"]}"# + "\n" }
        // Answered when everything before it was read.
        try connect.write(lines + "{\"get\":\"nothing\"}\n")
        _ = try await connect.next("set")
        return (listen, connect)
    }

    @Test func `the first Ctrl-C sends what waits, and accounts for it`() async throws {
        let (listen, connect) = try await stopped()
        connect.signal(SIGINT)
        listen.signal(SIGCONT)
        for number in 0..<Self.count {
            let event = try await listen.next("event")
            try #require(event.contains(#""args":[\#(number),"#), "event \(number) is \(event)")
        }
        let end = await connect.rest().last
        #expect(end == #"{"type":"end","sent":\#(Self.count),"acknowledged":\#(Self.count),"dropped":{},"unknown":0}"#)
        #expect(await connect.status() == 130)
    }

    @Test func `the second Ctrl-C ends it at once`() async throws {
        let (listen, connect) = try await stopped()
        connect.signal(SIGINT)
        #expect(await connect.nextErrors() == "hark: still sending what waits; another Ctrl-C ends it at once\n")
        connect.signal(SIGINT)
        #expect(!(await connect.rest()).contains { $0.hasPrefix(#"{"type":"end""#) })
        #expect(await connect.status() == 130)
        listen.signal(SIGKILL)
    }
}
