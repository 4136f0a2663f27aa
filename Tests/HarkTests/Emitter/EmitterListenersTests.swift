import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EmitterListenersTests {
    private static let key = EventKey<Int>("n")

    @Test func `an emitter knows who listens to what`() throws {
        let server = Server()
        #expect(server.eventNames.isEmpty)
        let first = server.on("b") {}
        server.on("a") {}
        server.once("b") {}
        server.onAny { _ in }
        try server.on(matching: "b.*") { _ in }
        #expect(server.eventNames == ["b", "a"])
        #expect(server.listenerCount(for: "b") == 2)
        #expect(server.listenerCount(for: "c") == 0)
        #expect(server.listenerCount(for: Self.key) == 0)
        server.on(Self.key) { _ in }
        #expect(server.listenerCount(for: Self.key) == 1 && server.listeners(for: Self.key).count == 1)
        first.cancel()
        #expect(server.listenerCount(for: "b") == 1)
        server.listeners(for: "b").first?.cancel()
        #expect(server.eventNames == ["a", "n"])
        server.on("b") {}
        #expect(server.eventNames == ["a", "n", "b"])
    }

    @Test func `listeners are listed in the order in which they run`() {
        let server = Server()
        let last = server.on("n") {}
        let first = server.prepend("n") {}
        #expect(server.listeners(for: "n").map { $0 === first } == [true, false])
        #expect(server.listeners(for: "n").map { $0 === last } == [false, true])
        #expect(server.listeners(for: "m").isEmpty)
    }

    @Test func `all listeners of one name, or of all, are removed at once`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.on("a") { heard.append("a") }
            pair.client.on("b") { heard.append("b") }
            pair.client.on(Self.key) { _ in heard.append("n") }
            pair.client.onAny { heard.append("any \($0.name)") }
            try pair.client.on(matching: "*") { heard.append("pattern \($0.name)") }
            @EventLoop func emit() async throws {
                pair.peer.emit("a")
                pair.peer.emit("b")
                pair.peer.emit(Self.key, 1)
                try await pair.sync()
            }
            pair.client.removeAllListeners("a")
            pair.client.removeAllListeners(Self.key)
            try await emit()
            let all = ["any a", "pattern a", "b", "any b", "pattern b", "any n", "pattern n"]
            #expect(heard == all)
            pair.client.removeAllListeners()
            try await emit()
            #expect(heard == all)
            #expect(pair.client.eventNames.isEmpty)
        }
    }

    @Test func `who is removed during a dispatch still runs, and not again`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.on("n") { (n: Int) in
                heard.append("first \(n)")
                pair.client.removeAllListeners("n")
            }
            pair.client.once("n") { (n: Int) in heard.append("second \(n)") }
            for n in 1...2 { pair.peer.emit("n", n) }
            try await pair.sync()
            #expect(heard == ["first 1", "second 1"])
        }
    }

    @Test func `names that are listened to once each leave nothing behind`() async throws {
        try await withPair(.simulated) { pair in
            var sum = 0
            pair.client.on("kept") { (n: Int) in sum += n }
            for n in 1...1_000 {
                let name = "answer.\(n)"
                let other = pair.client.on("other.\(n)") {}
                pair.client.once(name) { (n: Int) in sum += n }
                pair.peer.emit(name, 1)
                pair.peer.emit("kept", 1)
                if n % 100 == 0 { try await pair.sync() }
                other.cancel()
            }
            #expect(sum == 2_000)
            #expect(pair.client.eventNames == ["kept"])
        }
    }

    // MARK: Lifecycle

    @Test func `newListener is told before a listener is there, removeListener when it is gone`() async throws {
        try await withPair(.simulated) { pair in
            var told: [String] = []
            let client = pair.client
            client.on(.newListener) { told.append("new \($0) \(client.listenerCount(for: $0))") }
            client.on(.removeListener) { told.append("removed \($0) \(client.listenerCount(for: $0))") }
            let on = client.on("a") {}
            client.once("b") {}
            pair.peer.emit("b")
            try await pair.sync()
            on.cancel()
            on.cancel()
            try client.on(matching: "x.*") { _ in }.cancel()
            client.onAny { _ in }.cancel()
            client.on(.connect) {}.cancel()
            #expect(
                told == [
                    "new a 0", "new b 0", "removed b 0", "removed a 0", "new x.* 0", "removed x.* 0", "new > 0",
                    "removed > 0",
                ])
        }
    }

    @Test func `what newListener adds comes ahead of the listener it is told of`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.once(.newListener) { name in pair.client.on(name) { heard.append("inner") } }
            pair.client.on("n") { heard.append("outer") }
            pair.peer.emit("n")
            try await pair.sync()
            #expect(heard == ["inner", "outer"])
        }
    }

    @Test func `removing all tells of each, the newest first; closing tells of none`() async throws {
        let server = Server()
        var told: [String] = []
        server.on(.removeListener) { told.append("\($0) \(server.listenerCount(for: $0))") }
        for _ in 1...3 { server.on("a") {} }
        server.on("b") {}
        server.removeAllListeners("a")
        #expect(told == ["a 2", "a 1", "a 0"])
        server.on("c") {}
        server.removeAllListeners()
        #expect(told == ["a 2", "a 1", "a 0", "b 0", "c 0"])
        let last = server.on("d") {}
        await server.close()
        #expect(told.count == 5)
        #expect(!last.isActive)
    }

    @Test func `one that comes back while all are removed stays`() {
        let server = Server()
        server.on("a") {}
        server.once(.removeListener) { name in server.on(name) {} }
        server.removeAllListeners("a")
        #expect(server.listenerCount(for: "a") == 1)
    }

    @Test func `no name that a peer chooses tells of listeners`() async throws {
        try await withPair(.simulated) { pair in
            var told: [String] = []
            for emitter in [pair.server, pair.peer, pair.client] as [Emitter] {
                emitter.on(.newListener) { told.append($0) }
                emitter.on(.removeListener) { told.append($0) }
            }
            for name in ["newListener", "removeListener"] {
                pair.client.emit(name, "a")
                pair.server.emit(name, "a")
            }
            try await pair.sync()
            #expect(told.isEmpty)
        }
    }

    // MARK: Limit

    @Test func `the eleventh listener of a name is logged, once for each name`() throws {
        let book = Logbook()
        var options = Server.Options()
        options.logger = book.logger
        let server = Server(options: options)
        #expect(server.listenerLimit == 10)
        for _ in 1...10 { server.on("a") {} }
        #expect(book.entries.isEmpty)
        for _ in 1...5 { server.on("a") {} }
        let text = "more listeners than expected; is one added again and again? See listenerLimit"
        #expect(book.entries == ["warning | \(text) | count=11 | event=a | limit=10"])
        for _ in 1...11 { try server.on(matching: "a.*") { _ in } }
        #expect(book.entries.count == 2 && book.entries[1].contains("event=a.*"))
        #expect(server.listenerCount(for: "a") == 15)
    }

    @Test func `the limit can be set, and 0 is none`() {
        let book = Logbook()
        var options = Server.Options()
        options.logger = book.logger
        let server = Server(options: options)
        server.listenerLimit = 0
        for _ in 1...100 { server.on("a") {} }
        #expect(book.entries.isEmpty)
        server.listenerLimit = 2
        for _ in 1...3 { server.on("b") {} }
        #expect(book.entries.count == 1)
    }
}
