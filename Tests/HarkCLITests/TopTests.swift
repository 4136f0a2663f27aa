import Foundation
import Hark
import Testing

/// `hark top` with consoles of real processes, and with one that is spoken byte by byte.
@Suite @EventLoop struct TopTests {
    /// A node with a console, and another one that is connected to it.
    private func node() async throws -> (console: String, others: [Command]) {
        let console = "unix://\(Command.socket())"
        let node = try Command(
            arguments: ["node", "--listen", "tcp://localhost:0", "--node-id", "a", "--console", console])
        let other = try Command("node", "--connect", try await node.nextURL(), "--node-id", "b")
        _ = try await node.nextPeer()
        return (console, [node, other])
    }

    @Test func `with --json it is one object: peers, statistics and nodes`() async throws {
        let (console, _) = try await node()
        let lines = await (try Command("top", console, "--json")).rest()
        #expect(lines.count == 1)
        let value = try Value(json: try #require(lines.first))
        let peer = value["peers"]?[0]
        #expect(peer?["id"] == "b" && peer?["state"] == "connected" && peer?["dialled"] == false)
        for field in ["rttP50", "rttP99", "queuedBytes"] { #expect(peer?[field] != nil, "\(field)") }
        #expect(value["nodes"] == [["id": "b", "distance": 1]])
        #expect(value["statistics"]?["dropped"] == [:])
        let load = try #require(value["statistics"]?["loopPercent"]?.double)
        #expect((0...100).contains(load))
    }

    @Test func `where there is no terminal it is printed once`() async throws {
        let (console, _) = try await node()
        let top = try Command("top", console)
        let lines = await top.rest()
        #expect(lines.first?.hasPrefix("\(console)   loop ") == true)
        #expect(lines.contains("dropped: none"))
        #expect(lines.contains { $0.hasPrefix("b   tcp://") && $0.contains("connected") })
        #expect(lines.last == "b   1")
        #expect(await top.status() == 0)
    }

    @Test func `a terminal is drawn again, with what has grown a second, until an interrupt`() async throws {
        let console = try Original()
        let terminal = try Terminal()
        let top = try Command(
            arguments: ["top", console.url], terminal: terminal.end, environment: ["NO_COLOR": "1"])
        for count in [3, 2_003] {
            try await answer(console, "peers", #"[{"id":"ab","lost":0}]"#)
            try await answer(console, "statistics", #"{"emitted":\#(count),"dropped":{"closed":1}}"#)
            try await console.hear(#"{"command":"node.nodes","arguments":[],"id":"nodes"}"# + "\n")
            try console.say(#"{"ok":false,"error":"there is no such thing","id":"nodes"}"# + "\n")
        }
        let shown = try terminal.read(until: "/s")
        #expect(shown.contains("emitted  3\u{1B}[K") && shown.contains("emitted  2 003   "))
        #expect(shown.contains("dropped: closed 1") && !shown.contains("NODES"))
        top.signal(SIGINT)
        #expect(await top.status() == 130)
        console.close()
    }

    private func answer(_ console: Original, _ command: String, _ result: String) async throws {
        try await console.hear(#"{"command":"\#(command)","arguments":[],"id":"\#(command)"}"# + "\n")
        try console.say(#"{"ok":true,"result":\#(result),"id":"\#(command)"}"# + "\n")
    }

    @Test func `without a console there is no answer, and status 3`() async throws {
        let top = try Command("top", "unix://\(Command.socket())", "--once")
        let (status, errors) = await top.end()
        #expect(status == 3)
        #expect(errors.contains("there is no such socket file"))
    }
}
