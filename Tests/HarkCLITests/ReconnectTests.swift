import Foundation
import Hark
import Testing

/// What is seen of connections that are lost and made again, and of the attempts to make them.
@EventLoop
@Suite struct ReconnectTests {
    private struct Triple {
        let listen: Command
        let connect: Command
        let proxy: Proxy
        let peer: String
    }

    /// A client that is connected through a proxy.
    private func connected(_ options: String...) async throws -> Triple {
        let listen = try Command("listen", "unix://\(Command.socket())")
        let proxy = try Proxy(to: try await listen.nextURL())
        let connect = try Command(arguments: ["connect", proxy.url] + options)
        let peer = try await listen.nextPeer()
        _ = try await connect.next("connect")
        return Triple(listen: listen, connect: connect, proxy: proxy, peer: peer)
    }

    @Test func `both sides tell of a connection that is lost and made again`() async throws {
        let triple = try await connected("--reconnect-delay", "1-10")
        triple.proxy.cut()
        #expect(try await triple.connect.nextLine().hasPrefix(#"{"type":"disconnect","message":"#))
        #expect(try await triple.connect.nextLine() == #"{"type":"connect"}"#)
        #expect(try await triple.connect.nextLine() == #"{"type":"reconnect"}"#)
        #expect(try await triple.listen.nextLine().hasPrefix(#"{"type":"disconnect","peer":"\#(triple.peer)""#))
        #expect(try await triple.listen.nextLine() == #"{"type":"connect","peer":"\#(triple.peer)"}"#)
        triple.connect.signal(SIGTERM)
        let sentences = await triple.connect.end().errors.split(separator: "\n")
        #expect(sentences.count == 3)
        #expect(sentences.first?.hasPrefix("hark: the connection is lost: ") == true)
        #expect(sentences.dropFirst().first?.hasPrefix("hark: next attempt in 0.0 s") == true)
        #expect(sentences.last == "hark: connected again")
        triple.proxy.close()
    }

    @Test func `quiet says nothing of it`() async throws {
        let triple = try await connected("--reconnect-delay", "1-10", "--preamble", #"{"emit":"here"}"#)
        _ = try await triple.listen.next("event")
        triple.proxy.cut()
        _ = try await triple.listen.next("event")
        triple.connect.signal(SIGTERM)
        #expect(await triple.connect.end().errors.contains("connected again"))
        triple.proxy.close()

        let url = "unix://\(Command.socket())"
        let quiet = try Command("connect \(url) --quiet --attempts-max 2 --retry-delay 1")
        #expect(await quiet.end().errors.split(separator: "\n").count == 1, "but why it ended")
    }

    @Test func `how long a ping takes is told when asked for`() async throws {
        let triple = try await connected("--ping", "0.05")
        let sentences = await triple.connect.nextErrors().split(separator: "\n")
        #expect(try #require(sentences.first).wholeMatch(of: /hark: ping [0-9]+ (ns|µs|ms)/) != nil, "\(sentences)")
        triple.proxy.close()
    }

    @Test func `a new connection is made when it is asked for`() async throws {
        let triple = try await connected("--reconnect-delay", "60000")
        try triple.connect.say(#"{"reconnect":true}"#)
        for type in ["disconnect", "connect", "reconnect"] { _ = try await triple.connect.next(type) }
        triple.proxy.close()
    }

    @Test func `the preamble comes ahead of what waits, at the start of each connection`() async throws {
        let url = "unix://\(Command.socket())"
        let proxy = try Proxy(to: url)
        let connect = try Command(
            "connect", proxy.url, "--retry-delay", "1-10", "--reconnect-delay", "1-10", "--preamble",
            #"{"emit":"subscribe","args":["a"]}"#, "--preamble", #"{"emit":"subscribe","args":["b"]}"#)
        try connect.say(#"{"emit":"waited"}"#)
        _ = try await connect.next("error")
        let listen = try Command("listen", url)
        for name in [#""args":["a"]"#, #""args":["b"]"#, "waited"] {
            #expect(try await listen.next("event").contains(name))
        }
        for _ in 1...2 {
            proxy.cut()
            for name in [#""args":["a"]"#, #""args":["b"]"#] {
                #expect(try await listen.next("event").contains(name))
            }
        }
        proxy.close()
    }

    @Test func `the delay before the first connection is what it is told to be`() async throws {
        let fixed = try Command("connect", "unix:///nobody.sock", "--retry-delay", "60000")
        #expect(await fixed.nextErrors() == "hark: next attempt in 60.0 s, after 1 that failed\n")
    }

    @Test func `the delay after a loss is what it is told to be`() async throws {
        let triple = try await connected("--retry-delay", "1", "--reconnect-delay", "60000")
        triple.proxy.close()
        _ = try await triple.connect.next("disconnect")
        var sentences = ""
        while !sentences.contains("next attempt in 60.0 s") {
            let more = await triple.connect.nextErrors()
            sentences += more
            try #require(!more.isEmpty, "\(sentences)")
        }
    }

    @Test(arguments: ["--attempts-max 3 --retry-delay 1", "--deadline 0.2 --retry-delay 1..20"])
    func `it gives up when it is told to, with the status of no connection`(options: String) async throws {
        let connect = try Command("connect unix:///nobody.sock \(options)")
        let failures = await connect.rest().filter { $0.hasPrefix(#"{"type":"error""#) }
        if options.contains("3") { #expect(failures.count == 3) }
        let (status, errors) = await connect.end()
        #expect(status == 3)
        #expect(errors.contains("hark: next attempt in 0.0 s, after 1 that failed\n"))
    }
}
