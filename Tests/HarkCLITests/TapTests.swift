import Foundation
import Testing

/// `hark tap` between two nodes.
@Suite struct TapTests {
    /// A node that emits what it is told, and where it listens.
    private func speaker(_ options: String...) async throws -> (node: Command, url: String) {
        let node = try Command(arguments: ["node", "--listen", "tcp://localhost:0", "--node-id", "a"] + options)
        return (node, try await node.nextURL())
    }

    @Test func `it shows everything, or what fits, once, and who has emitted it`() async throws {
        let (node, url) = try await speaker()
        let all = try Command("tap", url)
        let some = try Command("tap", url, "orders.>", "*.paid", "orders.*")
        for tap in [all, some] { #expect(try await tap.nextLine() == #"{"type":"connect","peer":"a"}"#) }
        let isHeard = Flag()
        Thread.detachNewThread {
            while !isHeard.isSet {
                try? node.say(#"{"emit":"ready.paid"}"#)
                isHeard.wait(seconds: 0.02)
            }
        }
        for tap in [all, some] { _ = try await tap.next("event") }
        isHeard.set()
        let names = ["news", "orders.paid", "orders.eu.placed", "orders", "x.paid", "x.y.paid", "last.paid"]
        for name in names { try node.say(#"{"emit":"\#(name)","args":[1]}"#) }
        #expect(try await heard(by: all) == names.map(line))
        #expect(try await heard(by: some) == ["orders.paid", "orders.eu.placed", "x.paid", "last.paid"].map(line))
    }

    private func line(_ name: String) -> String { #"{"type":"event","name":"\#(name)","args":[1],"from":"a"}"# }

    /// What it shows up to the last event, but for those that were emitted to find out whether it is there.
    private func heard(by tap: Command) async throws -> [String] {
        var heard: [String] = []
        while heard.last != line("last.paid") {
            let line = try await tap.next("event")
            if !line.contains("ready") { heard.append(line) }
        }
        return heard
    }

    @Test func `what it is told is not emitted, and the end of its input does not end it`() async throws {
        let (node, url) = try await speaker()
        let tap = try Command("tap", url, "--raw")
        _ = try await node.nextPeer()
        try tap.say(#"{"emit":"forged"}"#)
        try tap.endInput()
        tap.signal(SIGINT)
        #expect(await tap.status() == 130)
        try node.say(#"{"close":true}"#)
        #expect(await node.rest().allSatisfy { !$0.contains("forged") })
    }

    @Test(arguments: [
        ("tcp://localhost:9 a..b", "a token is empty"), ("udp://239.1.2.3:9000", "is a group"),
        ("tcp://localhost:9 --dialect uhura", "is spoken over connections"), ("tcp://localhost:9 -n 0", "1 or more"),
    ])
    func `a command line that makes no sense is refused`(options: String, reason: String) async throws {
        let tap = try Command(arguments: ["tap"] + options.split(separator: " ").map { String($0) })
        let (status, errors) = await tap.end()
        #expect(status == 2)
        #expect(errors.contains(reason), "\(errors)")
    }
}
