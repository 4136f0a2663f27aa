import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EmitterEchoTests {
    private nonisolated static let none: EventKey<> = EventKey("echo.none")
    private nonisolated static let one = EventKey<Int>("echo.one")
    private nonisolated static let two = EventKey<Int, String>("echo.two")
    private nonisolated static let three = EventKey<Int, String, Bool>("echo.three")
    private nonisolated static let four = EventKey<Int, String, Bool, Double>("echo.four")

    /// Emits in every form that there is.
    private func emitAll(_ client: Client) -> [EmitResult] {
        [
            client.emit(Self.none), client.emit(Self.one, 1), client.emit(Self.two, 2, "b"),
            client.emit(Self.three, 3, "c", true), client.emit(Self.four, 4, "d", false, 0.5),
            client.emit("none"), client.emit("one", 1), client.emit("two", 2, "b"), client.emit("three", 3, "c", true),
            client.emit("four", 4, "d", false, 0.5), client.emit("values", values: [.int(7)]),
            client.emitVolatile("volatile", 8),
        ]
    }

    private func localEmitAll(_ client: Client) -> [EmitResult] {
        [
            client.localEmit(Self.none), client.localEmit(Self.one, 1), client.localEmit(Self.two, 2, "b"),
            client.localEmit(Self.three, 3, "c", true), client.localEmit(Self.four, 4, "d", false, 0.5),
            client.localEmit("none"), client.localEmit("one", 1), client.localEmit("two", 2, "b"),
            client.localEmit("three", 3, "c", true), client.localEmit("four", 4, "d", false, 0.5),
            client.localEmit("values", values: [.int(7)]), client.localEmit("volatile", 8),
        ]
    }

    private func sendAll(_ client: Client) {
        client.send(Self.none)
        client.send(Self.one, 1)
        client.send(Self.two, 2, "b")
        client.send(Self.three, 3, "c", true)
        client.send(Self.four, 4, "d", false, 0.5)
        client.send("none")
        client.send("one", 1)
        client.send("two", 2, "b")
        client.send("three", 3, "c", true)
        client.send("four", 4, "d", false, 0.5)
    }

    private func record(_ emitter: Emitter, _ record: @escaping @EventLoop (String) -> Void) {
        emitter.onAny { record("\($0.name) \(try $0.arguments)") }
    }

    // MARK: Policies

    @Test(arguments: EchoPolicy.allCases)
    func `the policy decides who hears what is emitted, in order`(_ policy: EchoPolicy) async throws {
        try await withPair(.simulated) { pair in
            var here: [String] = []
            var there: [String] = []
            record(pair.client) { here.append($0) }
            record(pair.server) { there.append($0) }
            #expect(pair.client.echo == .remoteOnly)
            // Once before, so that everything which is remembered of a name is.
            _ = emitAll(pair.client)
            try await pair.sync()
            let all = there
            #expect(all.count == 12 && here.isEmpty)
            pair.client.echo = policy
            #expect(emitAll(pair.client).allSatisfy { $0 == .written })
            try await pair.sync()
            #expect(here == (policy == .remoteOnly ? [] : all))
            #expect(there == (policy == .localOnly ? all : all + all))
        }
    }

    @Test(arguments: EchoPolicy.allCases)
    func `localEmit stays here and send goes there, whatever the policy`(_ policy: EchoPolicy) async throws {
        try await withPair(.simulated) { pair in
            var here: [String] = []
            var there: [String] = []
            record(pair.client) { here.append($0) }
            record(pair.server) { there.append($0) }
            pair.client.echo = policy
            #expect(localEmitAll(pair.client).allSatisfy { $0 == .written })
            #expect(here.count == 12 && here[11] == "volatile [8]")
            sendAll(pair.client)
            sendAll(pair.client)
            try await pair.sync()
            #expect(here.count == 12)
            let sent = Array(here[..<10])
            #expect(there == sent + sent)
        }
    }

    @Test(arguments: EchoPolicy.allCases)
    func `other threads emit by the same rules, in their order`(_ policy: EchoPolicy) async throws {
        try await withPair(.tcp) { pair in
            var here: [String] = []
            var there: [String] = []
            record(pair.client) { here.append($0) }
            record(pair.server) { there.append($0) }
            pair.client.echo = policy
            let client = pair.client
            let results = await Task.detached {
                [
                    client.emit(Self.one, 1), client.localEmit(Self.one, 2), client.send(Self.one, 3),
                    client.emit("one", 4), client.localEmit("one", 5), client.send("one", 6),
                ]
            }.value
            #expect(results.allSatisfy { $0 == .queued })
            try await pair.sync()
            #expect(here.count == (policy == .remoteOnly ? 2 : 4))
            #expect(there.count == (policy == .localOnly ? 2 : 4))
            let numbers = { (heard: [String]) in heard.compactMap { $0.split(separator: "[").last?.first } }
            #expect(numbers(here) == (policy == .remoteOnly ? ["2", "5"] : ["1", "2", "4", "5"]))
            #expect(numbers(there) == (policy == .localOnly ? ["3", "6"] : ["1", "3", "4", "6"]))
        }
    }

    @Test func `a server that echoes hears its own broadcasts, not what it sends to one`() async throws {
        try await withPair(.simulated) { pair in
            var here: [String] = []
            var there: [String] = []
            record(pair.server) { here.append($0) }
            record(pair.client) { there.append($0) }
            pair.server.echo = .remoteThenLocal
            pair.peer.echo = .remoteThenLocal
            pair.server.emit("a")
            pair.server.broadcast("b")
            pair.server.send("c", to: pair.peer.id)
            pair.server.send("d")
            pair.peer.send("e")
            pair.peer.emit("f")
            try await pair.sync()
            #expect(here == ["a []", "b []"])
            #expect(there == ["a []", "b []", "c []", "d []", "e []", "f []"])
        }
    }

    // MARK: Results

    @Test func `the result says whether anybody heard`() async throws {
        let server = Server()
        let name = "n"
        #expect(server.localEmit(name) == .noListeners)
        server.echo = .remoteThenLocal
        #expect(server.emit(name, 1) == .noListeners)
        let subscription = server.on(name) {}
        // Nobody is connected, but somebody listens here.
        #expect(server.emit(name, 1) == .written)
        #expect(server.localEmit(name) == .written)
        subscription.cancel()
        #expect(server.localEmit(name) == .noListeners)
        var deep = Value.int(1)
        for _ in 0..<100 { deep = .array([deep]) }
        #expect(server.localEmit(name, values: [deep]) == .dropped(.notEncodable))
        await server.close()
        #expect(server.localEmit(name) == .dropped(.closed))
        #expect(server.emit(name) == .dropped(.closed))
    }

    @Test func `what waits for a connection is heard here at once`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client()
            var heard = 0
            client.on("n") { heard += 1 }
            client.echo = .remoteThenLocal
            #expect(client.emit("n") == .queued)
            #expect(heard == 1)
            client.echo = .localOnly
            #expect(client.emit("n") == .written)
            #expect(heard == 2)
        }
    }

    // MARK: Listeners

    @Test func `patterns, once and listeners that wait hear events of this process`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            try pair.client.on(matching: "a.*") { heard.append("pattern \($0.name) \($0.peer == nil)") }
            pair.client.once("a.b") { (n: Int) in heard.append("once \(n)") }
            pair.client.prepend("a.b") { (n: Int) in heard.append("first \(n)") }
            pair.client.on("a.b") { (n: Int) async throws in heard.append("later \(n)") }
            pair.client.localEmit("a.b", 1)
            pair.client.localEmit("a.b", 2)
            let now = ["first 1", "pattern a.b true", "once 1", "first 2", "pattern a.b true"]
            #expect(heard == now)
            try await pair.sync()
            #expect(heard == now + ["later 1", "later 2"])
        }
    }

    @Test func `listeners that fail here are reported by the emitter`() async throws {
        struct Refusal: Error {}
        try await withPair(.simulated) { pair in
            var errors: [HarkError] = []
            var heard = 0
            pair.server.on(.error) { errors.append($0) }
            pair.server.on("n") { throw Refusal() }
            pair.server.on("n") { () async throws in throw Refusal() }
            pair.server.on("n") { heard += 1 }
            pair.server.localEmit("n")
            try await pair.sync()
            #expect(heard == 1)
            #expect(errors.map(\.event) == ["n", "n"])
            #expect(errors.allSatisfy { $0.code == .listener && $0.peer == nil })
        }
    }

    // MARK: Order

    @Test func `what a listener emits here runs when all listeners of its event have returned`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            var results: [EmitResult] = []
            let client = pair.client
            client.echo = .remoteThenLocal
            client.on("a") { (n: Int) in
                results.append(client.emit("b", n))
                results.append(client.localEmit("c", n))
                results.append(client.localEmit("nobody"))
                heard.append("a \(n)")
            }
            client.on("a") { (n: Int) in heard.append("a again \(n)") }
            client.on("b") { (n: Int) in
                heard.append("b \(n)")
                client.localEmit("d", n)
            }
            client.on("c") { (n: Int) in heard.append("c \(n)") }
            client.on("d") { (n: Int) in heard.append("d \(n)") }
            client.on("e") { (n: Int) in heard.append("e \(n)") }
            let round = { (n: Int) in ["a", "a again", "b", "c", "d"].map { "\($0) \(n)" } }

            client.localEmit("a", 1)
            #expect(heard == round(1))
            #expect(results == [.written, .queued, .noListeners])
            heard = []
            // From outside: three of the same name in one read, and one of another.
            for n in 1...3 { pair.peer.emit("a", n) }
            pair.peer.emit("e", 4)
            try await pair.sync()
            #expect(heard == round(1) + round(2) + round(3) + ["e 4"])
        }
    }

    @Test func `what a listener emits here comes ahead of a request behind its event`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            try pair.client.reply(to: "ask") { heard.append("request") }
            pair.client.on("a") { pair.client.localEmit("b") }
            pair.client.on("b") { heard.append("b") }
            let peer = pair.peer
            try await pair.run {
                peer.emit("a")
                let _: Value = try await peer.request("ask")
            }
            #expect(heard == ["b", "request"])
        }
    }

    @Test func `listeners that emit to each other here use no stack, and give others their turn`() async throws {
        try await withPair(.simulated) { pair in
            let done = Signal()
            var deepest: UInt = 0
            var highest: UInt = .max
            let client = pair.client
            client.on("ping") { (n: Int) in client.localEmit("pong", n + 1) }
            client.on("pong") { (n: Int) in
                var here = 0
                let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
                deepest = max(deepest, address)
                highest = min(highest, address)
                done.fire()
                if n < 5_000 { client.localEmit("ping", n) }
            }
            #expect(client.localEmit("ping", 0) == .written)
            // The call has returned before all is done.
            #expect(done.count > 100 && done.count < 5_000)
            try await pair.run { await done.wait(for: 5_000) }
            #expect(done.count == 5_000)
            #expect(deepest - highest < 1 << 16)
        }
    }

    @Test func `listeners that come and go are seen by the next event`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            let client = pair.client
            var second: Subscription?
            client.once("n") {
                second?.cancel()
                client.on("n") { (n: Int) in heard.append("added \(n)") }
            }
            second = client.on("n") { (n: Int) in heard.append("removed \(n)") }
            for n in 1...2 { client.localEmit("n", n) }
            #expect(heard == ["removed 1", "added 2"])
        }
    }

    @Test func `lifecycle is not fired by events of this process`() {
        let server = Server()
        var fired = 0
        server.on(.error) { _ in fired += 1 }
        server.on(.close) { fired += 1 }
        for name in ["error", "close"] { #expect(server.localEmit(name) == .noListeners) }
        #expect(fired == 0)
    }
}
