import Foundation
import Testing

/// What lines look like when somebody asks for it.
@Suite struct LineTests {
    /// Listens with these options and receives two events.
    private func lines(_ options: String) async throws -> [String] {
        let url = "unix://\(Command.socket())"
        let listen = try Command("listen \(url) --count 2 \(options)")
        let connect = try Command("connect", url)
        try connect.say(#"{"emit":"a","args":["two words",7]}"#)
        try connect.say(#"{"emit":"b","args":[{"k":"ü"}]}"#)
        let lines = await listen.rest()
        #expect(await listen.status() == 0)
        return lines
    }

    @Test func `quiet leaves out what is about addresses and connections`() async throws {
        let lines = try await lines("--quiet")
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.hasPrefix(#"{"type":"event""#) })
    }

    @Test func `raw prints nothing but arguments`() async throws {
        #expect(try await lines("--raw") == ["two words 7", #"{"k":"ü"}"#])
        #expect(try await lines("--raw --null") == ["two words 7\0{\"k\":\"ü\"}\0"])
    }

    @Test func `the time is added to every line`() async throws {
        let since = try await lines("--since-start")
        let times = since.compactMap { line in line.split(separator: ",\"time\":").last?.dropLast() }
        #expect(times.count == since.count && times.allSatisfy { Double($0) != nil })
        for line in try await lines("--timestamp") {
            let time = try #require(line.split(separator: ",\"time\":\"").last?.dropLast(2))
            #expect(time.count == 24 && time.hasPrefix("20") && time.hasSuffix("Z"), "\(line)")
        }
    }

    @Test func `what is no data goes to standard error where nobody reads objects`() async throws {
        let raw = try Command("listen unix://\(Command.socket()) --raw --count 1")
        let url = try #require(await raw.nextErrors().split(separator: " ").last).dropLast()
        let emit = try Command("emit", String(url), "hello", "there", "--timeout", "50")
        let (status, errors) = await raw.end()
        #expect(status == 0)
        #expect(errors.split(separator: "\n").first?.hasSuffix(" connected") == true)
        #expect(await emit.status() == 0)
    }

    @Test func `the library tells more of itself when asked to`() async throws {
        let path = Command.socket()
        let chatty = try Command("listen unix://\(path) --log-level debug")
        _ = try await chatty.nextURL()
        chatty.signal(SIGTERM)
        #expect(await chatty.end().errors.contains("debug"))
        let ordinary = try Command("listen unix://\(path)")
        _ = try await ordinary.nextURL()
        ordinary.signal(SIGTERM)
        #expect(await ordinary.end().errors.isEmpty)
    }

    @Test func `idle ends it when no event comes any more`() async throws {
        let listen = try Command("listen", "unix://\(Command.socket())", "--idle", "0.2")
        let connect = try Command("connect", try await listen.nextURL())
        try connect.say(#"{"emit":"last"}"#)
        #expect(await listen.status() == 0)
    }
}
