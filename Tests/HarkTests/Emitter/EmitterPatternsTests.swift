import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EmitterPatternsTests {
    private nonisolated static let names = [
        "orders", "orders.placed", "orders.eu.placed", "orders.", ".placed", "", ".", "trades.placed", "orders.*", ">",
        "a.b.c.d",
    ]

    @Test(
        arguments: [
            (">", names),
            ("*", ["orders", "", ">"]),
            ("orders", ["orders"]),
            ("orders.*", ["orders.placed", "orders.", "orders.*"]),
            ("orders.>", ["orders.placed", "orders.eu.placed", "orders.", "orders.*"]),
            ("*.placed", ["orders.placed", ".placed", "trades.placed"]),
            ("orders.*.placed", ["orders.eu.placed"]),
            ("*.*", ["orders.placed", "orders.", ".placed", ".", "trades.placed", "orders.*"]),
            ("*.b.*.>", ["a.b.c.d"]),
            ("a.b.c.d.>", []),
            ("Orders.*", []),
        ])
    func `a pattern fits these names and no others`(_ pattern: String, _ expected: [String]) async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            try pair.client.on(matching: pattern) { heard.append($0.name) }
            for name in Self.names { pair.peer.emit(name) }
            try await pair.sync()
            #expect(heard == expected)
        }
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", ">.a", "a.>.b", "a*", "a.b>", "**", ">>"])
    func `what is no pattern is refused with what to write`(_ pattern: String) throws {
        let server = Server()
        let error = #expect(throws: HarkError.self) { try server.on(matching: pattern) { _ in } }
        #expect(error?.code == .invalidPattern)
        #expect(error?.message.contains("\"\(pattern)\"") == true)
    }

    @Test func `by name, by pattern, of all: the order of registration decides`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.onAny { _ in heard.append("any 1") }
            try pair.client.on(matching: "a.*") { _ in heard.append("pattern 2") }
            pair.client.on("a.b") { heard.append("name 3") }
            try pair.client.on(matching: ">") { (n: Int) in heard.append("pattern 4 \(n)") }
            pair.client.on("a.b") { heard.append("name 5") }
            pair.client.onAny { _ in heard.append("any 6") }
            try pair.client.once(matching: "*.b") { heard.append("once 7 \($0.name)") }
            try pair.client.on(matching: "*.b") { (n: Int) async throws in heard.append("later \(n)") }
            let round = ["any 1", "pattern 2", "name 3", "pattern 4 1", "name 5", "any 6"]
            pair.peer.emit("a.b", 1)
            try await pair.sync()
            #expect(heard == round + ["once 7 a.b", "later 1"])
            heard = []
            pair.peer.emit("a.b", 1)
            try await pair.sync()
            #expect(heard == round + ["later 1"])
        }
    }

    @Test func `a literal name with a star is heard with on, and hears nothing else`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.on("a.*") { (n: Int) in heard.append("star \(n)") }
            pair.client.on(">") { (n: Int) in heard.append("rest \(n)") }
            pair.peer.emit("a.b", 1)
            pair.peer.emit("a.*", 2)
            pair.peer.emit(">", 3)
            try await pair.sync()
            #expect(heard == ["star 2", "rest 3"])
        }
    }

    @Test func `a pattern that comes or goes counts from the next event`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            var pattern: Subscription?
            pair.client.on("a.b") { (n: Int) in
                switch n {
                case 2: pattern = try pair.client.on(matching: "a.*") { heard.append("\(try $0.decode(Int.self))") }
                case 4: pattern?.cancel()
                default: break
                }
            }
            for n in 1...6 { pair.peer.emit("a.b", n) }
            try await pair.sync()
            #expect(heard == ["3", "4"])
            #expect(pattern?.isActive == false)
        }
    }

    @Test func `of two equal patterns one may go`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            let first = try pair.client.on(matching: "a.*") { _ in heard.append("first") }
            let second = try pair.client.on(matching: "a.*") { _ in heard.append("second") }
            try pair.client.on(matching: "a.*.c") { _ in heard.append("third") }
            first.cancel()
            pair.peer.emit("a.b")
            pair.peer.emit("a.b.c")
            try await pair.sync()
            #expect(heard == ["second", "third"])
            second.cancel()
            pair.peer.emit("a.b")
            pair.peer.emit("a.b.c")
            try await pair.sync()
            #expect(heard == ["second", "third", "third"])
        }
    }

    @Test func `a peer's patterns come before its server's`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.server.on("a.b") { heard.append("server") }
            try pair.server.on(matching: "a.*") { _ in heard.append("server's pattern") }
            try pair.peer.on(matching: "a.*") { _ in heard.append("peer's pattern") }
            pair.client.emit("a.b")
            try await pair.sync()
            #expect(heard == ["peer's pattern", "server", "server's pattern"])
        }
    }

    @Test func `names beyond the numbered ones fit too`() async throws {
        var options = PairOptions()
        options.clientLimits.nameCount = 2
        options.serverLimits.nameCount = 2
        try await withPair(.simulated, options) { pair in
            var heard: [String] = []
            try pair.client.on(matching: "a.*") { heard.append($0.name) }
            for n in 1...6 { pair.peer.emit("a.\(n)") }
            try await pair.sync()
            #expect(heard == (1...6).map { "a.\($0)" })
        }
    }
}
