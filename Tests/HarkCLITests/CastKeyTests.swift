import Foundation
import Hark
import Testing

/// Where the secret of an encrypted group comes from.
@Suite @EventLoop struct CastKeyTests {
    private let local = ["--interface", "127.0.0.1", "--ttl", "0"]

    /// A file with this content.
    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "hark-key-\(UInt64.random(in: 0 ... .max))"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    #if Encryption
        @Test(arguments: ["native", "eventcast"])
        func `members with the same passphrase hear each other, however they were told`(dialect: String) async throws {
            let url = try RawMember.url()
            let path = try file("correct horse\nanything else\n")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let cast = ["cast", url, "--dialect", dialect] + local
            let members = [
                try Command(arguments: cast + ["--key", "correct horse"]),
                try Command(arguments: cast + ["--key-file", path]),
                try Command(arguments: cast, environment: ["HARK_KEY": "correct horse"]),
            ]
            let strangers = [try Command(arguments: cast), try Command(arguments: cast + ["--key", "battery staple"])]
            for member in members + strangers { _ = try await member.nextURL() }
            try members[0].say(#"{"emit":"secret","args":[1]}"#)
            for member in members[1...] { #expect(try await member.next("event").contains(#""name":"secret""#)) }
            for stranger in strangers { #expect(try await stranger.nextLine().hasPrefix(#"{"type":"error","#)) }
        }
    #else
        @Test func `without encryption in the build a key is refused with what to do`() async throws {
            let member = try Command(arguments: ["cast", try RawMember.url(), "--key", "correct horse"] + local)
            let end = await member.end()
            #expect(end.status != 0)
            #expect(end.errors.contains("Encryption"))
        }
    #endif

    @Test func `an empty passphrase is refused`() async throws {
        let path = try file("\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        for options in [["--key", ""], ["--key-file", path]] {
            let end = await (try Command(arguments: ["cast", "udp://239.255.72.82:9000"] + options)).end()
            #expect(end.status == 2)
            #expect(end.errors.contains("is empty; give the one of the other members"))
        }
    }
}
