import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EmitterTests {
    private static let none: EventKey<> = EventKey("key.none")
    private static let one = EventKey<Int>("key.one")
    private static let two = EventKey<Int, String>("key.two")
    private static let three = EventKey<Int, String, Bool>("key.three")
    private static let four = EventKey<Int, String, Bool, Double>("key.four")
    private static let bytes = EventKey<Bytes>("key.bytes")

    // MARK: Emitting

    @Test(arguments: Wire.allCases)
    func `events with nought to four arguments arrive in order`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var heard: [String] = []
            pair.server.on("a") { heard.append("a") }
            pair.server.on("b") { (x: Int) in heard.append("b \(x)") }
            pair.server.on("c") { (x: Int, y: String) in heard.append("c \(x) \(y)") }
            pair.server.on("d") { (x: Int, y: String, z: Bool) in heard.append("d \(x) \(y) \(z)") }
            pair.server.on("e") { (x: Int, y: String, z: Bool, w: Double) in heard.append("e \(x) \(y) \(z) \(w)") }
            let results = [
                pair.client.emit("a"), pair.client.emit("b", 1), pair.client.emit("c", 2, "two"),
                pair.client.emit("d", 3, "three", true), pair.client.emit("e", 4, "four", false, 0.5),
                pair.client.emit("b", 5),
            ]
            try await pair.sync()
            #expect(results.allSatisfy { $0 == .written })
            #expect(heard == ["a", "b 1", "c 2 two", "d 3 three true", "e 4 four false 0.5", "b 5"])
        }
    }

    @Test(arguments: Wire.allCases)
    func `keys and strings of the same name mean the same event`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var heard: [String] = []
            pair.server.on("key.none") { heard.append("none") }
            pair.server.on(Self.one) { heard.append("one \($0)") }
            pair.server.on(Self.two) { heard.append("two \($0) \($1)") }
            pair.server.on(Self.three) { heard.append("three \($0) \($1) \($2)") }
            pair.server.on(Self.four) { heard.append("four \($0) \($1) \($2) \($3)") }
            pair.server.once(Self.two) { (number: Int, _: String) in heard.append("once \(number)") }
            var later: [Int] = []
            pair.server.on(Self.one) { (number: Int) async throws in later.append(number) }
            var events = pair.server.events(Self.four).makeAsyncIterator()
            for _ in 1...2 {
                pair.client.emit(Self.none)
                pair.client.emit(Self.one, 1)
                pair.client.emit(Self.two, 2, "x")
                pair.client.emit(Self.three, 3, "y", true)
                pair.client.emit(Self.four, 4, "z", false, 1.5)
                pair.client.emit("key.one", 9)
            }
            try await pair.sync()
            let round = ["none", "one 1", "two 2 x", "three 3 y true", "four 4 z false 1.5", "one 9"]
            #expect(heard == round[..<3] + ["once 2"] + round[3...] + round)
            #expect(later == [1, 9, 1, 9])
            #expect(await events.next()?.name == "key.four")
            #expect(Self.one.text == "key.one")
        }
    }

    @Test(arguments: Wire.allCases)
    func `values known only at run time arrive as they are`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let values: [Value] = [.null, .bool(true), .int(-7), .double(0.25), .string("é"), .array([.int(1)])]
            var heard: [Value] = []
            pair.server.on("values") { (event: Event) in heard = try event.arguments }
            pair.client.emit("values", values: values)
            try await pair.sync()
            #expect(heard == values)
        }
    }

    @Test func `a volatile event leaves at once or not at all`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [Int] = []
            pair.server.on("v") { (n: Int) in heard.append(n) }
            #expect(pair.client.emitVolatile("v", 1) == .written)
            try await pair.sync()
            try await pair.run { await pair.peer.close() }
            let offline = pair.client.emitVolatile("v", 2)
            #expect(offline == .dropped(.volatile))
            try await pair.run { try await pair.client.connected() }
            try await pair.run { let _: Bool = try await pair.client.request("test.sync") }
            #expect(heard == [1])
        }
    }

    @Test(arguments: Wire.allCases)
    func `a server emits to all its peers and hears them all`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let second = Client(to: pair.client.endpoint, options: pair.client.options)
            second.connect()
            try await pair.run { try await second.connected() }
            var heard: [String] = []
            pair.server.on("hello") { (event: Event) in
                heard.append(try event.decode(String.self))
                #expect(event.peer != nil)
            }
            let all = Signal()
            pair.client.on("news") { (n: Int) in all.fire() }
            second.on("news") { (n: Int) in all.fire() }
            #expect(pair.server.emit("news", 1) == .written)
            try await pair.run { await all.wait(for: 2) }
            pair.client.emit("hello", "first")
            try await pair.sync()
            second.emit("hello", "second")
            try await pair.run { let _: Bool = try await second.request("test.sync") }
            #expect(heard == ["first", "second"])
            try await pair.run { await second.close() }
        }
    }

    @Test func `a server without peers says so`() async throws {
        let server = Server()
        #expect(server.emit("nobody") == .noListeners)
        #expect(server.emit(Self.one, 1) == .noListeners)
        await server.close()
    }

    @Test func `a name of more than 255 bytes is refused, one of 255 is not`() async throws {
        try await withPair(.simulated) { pair in
            let longest = String(repeating: "n", count: 255)
            var heard = 0
            pair.server.on(longest) { heard += 1 }
            #expect(pair.client.emit(longest) == .written)
            #expect(pair.client.emit(longest + "n") == .dropped(.nameTooLong))
            #expect(pair.server.emit(longest + "n") == .dropped(.nameTooLong))
            #expect(pair.client.emit(EventKey<Int>(longest + "k"), 1) == .dropped(.nameTooLong))
            try await pair.sync()
            #expect(heard == 1)
        }
    }

    @Test func `an argument that cannot be encoded drops its event alone`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [Int] = []
            pair.server.on("n") { (n: Int) in heard.append(n) }
            var deep = Value.int(1)
            for _ in 0..<100 { deep = .array([deep]) }
            #expect(pair.client.emit("n", values: [deep]) == .dropped(.notEncodable))
            #expect(pair.client.emit("n", 2) == .written)
            try await pair.sync()
            #expect(heard == [2])
        }
    }

    @Test(arguments: [Wire.tcp, .unix])
    func `eight threads emit at once, each in its order, and nothing is lost`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let count = 2_000
            var next = [Int](repeating: 0, count: 8)
            var isOrdered = true
            let all = Signal()
            pair.server.on("t") { (thread: Int, n: Int) in
                if next[thread] != n { isOrdered = false }
                next[thread] = n + 1
                if next.allSatisfy({ $0 == count }) { all.fire() }
            }
            let client = pair.client
            await withTaskGroup(of: Bool.self) { group in
                for thread in 0..<8 {
                    group.addTask {
                        var isQueued = true
                        for n in 0..<count where client.emit("t", thread, n) != .queued { isQueued = false }
                        return isQueued
                    }
                }
                for await isQueued in group { #expect(isQueued) }
            }
            await all.wait()
            #expect(isOrdered)
        }
    }

    // MARK: Listening

    @Test(arguments: Wire.allCases)
    func `bytes are read where they arrived`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var sums: [Int] = []
            pair.server.on("bytes") { (bytes: RawSpan) in
                sums.append(bytes.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } })
            }
            pair.server.on(Self.bytes) { (bytes: RawSpan) in sums.append(bytes.byteCount) }
            pair.client.emit("bytes", Bytes([1, 2, 3]))
            pair.client.emit(Self.bytes, Bytes([UInt8](repeating: 7, count: 100_000)))
            try await pair.sync()
            #expect(sums == [6, 100_000])
        }
    }

    @Test func `once hears one event, cancel and off none`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.server.once("x") { (n: Int) in heard.append("once \(n)") }
            pair.server.once("x") { heard.append("once") }
            pair.server.once("x") { (event: Event) in heard.append("once \(event.name)") }
            let cancelled = pair.server.on("x") { heard.append("cancelled") }
            cancelled.cancel()
            cancelled.cancel()
            pair.server.on("y") { heard.append("off") }
            pair.server.on("z") { heard.append("on") }
            pair.server.off("y")
            for n in 1...3 { pair.client.emit("x", n) }
            pair.client.emit("y")
            pair.client.emit("z")
            try await pair.sync()
            #expect(heard == ["once 1", "once", "once x", "on"])
            pair.server.off()
            pair.client.emit("z")
            try await pair.sync()
            #expect(heard.count == 4)
        }
    }

    @Test func `onAny hears every name and knows the sender`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            let any = pair.server.onAny { heard.append("\($0.name) \($0.peer?.id == pair.peer.id)") }
            pair.client.onAny { heard.append("\($0.name) \($0.peer == nil)") }
            pair.client.emit("a", 1)
            pair.client.emit("b")
            try await pair.sync()
            pair.server.emit("c")
            try await pair.sync()
            any.cancel()
            pair.client.emit("d")
            try await pair.sync()
            #expect(heard == ["a true", "b true", "c true"])
        }
    }

    @Test func `an event may leave its listener and its thread`() async throws {
        try await withPair(.simulated) { pair in
            var kept: [Event] = []
            pair.server.on("keep") { (event: Event) in kept.append(event) }
            for n in 0..<100 { pair.client.emit("keep", n, "text \(n)") }
            try await pair.sync()
            let events = kept
            let decoded = try await Task.detached {
                try events.map { event in
                    let (n, text) = try event.decode(Int.self, String.self)
                    return "\(event.name) \(n) \(text)"
                }
            }.value
            #expect(decoded == (0..<100).map { "keep \($0) text \($0)" })
        }
    }

    @Test func `a listener of other types is reported and the others still run`() async throws {
        try await withPair(.simulated) { pair in
            var errors: [HarkError] = []
            var heard: [Int] = []
            pair.peer.on(.error) { errors.append($0) }
            pair.server.on("n") { (text: String) in heard.append(-1) }
            pair.server.on("n") { (n: Int, m: Int) in heard.append(-2) }
            pair.server.on("n") { (n: Int) in heard.append(n) }
            pair.client.emit("n", 1)
            pair.client.emit("n", 2)
            try await pair.sync()
            #expect(heard == [1, 2])
            #expect(errors.map(\.code) == [.listener, .listener, .listener, .listener])
            #expect(errors.allSatisfy { $0.cause is ArgumentError && $0.message.contains("\"n\"") })
        }
    }

    @Test func `a listener that throws is reported and ends nothing`() async throws {
        struct Refusal: Error {}
        try await withPair(.simulated) { pair in
            var errors: [HarkError] = []
            var heard: [Int] = []
            pair.server.on(.error) { errors.append($0) }
            pair.server.on("n") { (n: Int) in if n == 1 { throw Refusal() } }
            pair.server.on("n") { (n: Int) in heard.append(n) }
            pair.server.on("async") { (n: Int) async throws in throw Refusal() }
            for n in 0..<3 { pair.client.emit("n", n) }
            pair.client.emit("async", 1)
            try await pair.sync()
            #expect(heard == [0, 1, 2])
            #expect(errors.count == 2 && errors.allSatisfy { $0.code == .listener && $0.cause is Refusal })
            #expect(pair.client.isConnected)
        }
    }

    @Test func `listeners that come and go during a dispatch count from the next event`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            var second: Subscription?
            pair.server.once("n") { (n: Int) in
                second?.cancel()
                pair.server.on("n") { (n: Int) in heard.append("added \(n)") }
            }
            second = pair.server.on("n") { (n: Int) in heard.append("removed \(n)") }
            pair.client.emit("n", 1)
            pair.client.emit("n", 2)
            try await pair.sync()
            #expect(heard == ["removed 1", "added 2"])
        }
    }

    @Test func `two that answer each other use no stack`() async throws {
        try await withPair(.simulated) { pair in
            var rounds = 0
            var deepest: UInt = 0
            var highest: UInt = .max
            pair.client.on("ball") { (n: Int) in if n < 10_000 { pair.client.emit("ball", n + 1) } }
            pair.server.on("ball") { (n: Int) in
                var here = 0
                let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
                deepest = max(deepest, address)
                highest = min(highest, address)
                rounds += 1
                pair.server.emit("ball", n)
            }
            pair.client.emit("ball", 1)
            let done = Signal()
            pair.client.on("ball") { (n: Int) in if n == 10_000 { done.fire() } }
            try await pair.run { await done.wait() }
            #expect(rounds == 10_000)
            #expect(deepest - highest < 1 << 16)
        }
    }

    @Test func `an asynchronous listener runs on the loop and may wait`() async throws {
        try await withPair(.simulated) { pair in
            let gate = Signal()
            var heard: [Int] = []
            pair.server.on("n") { (n: Int) async throws in
                await gate.wait()
                heard.append(n)
            }
            for n in 1...3 { pair.client.emit("n", n) }
            try await pair.sync()
            #expect(heard.isEmpty)
            gate.fire()
            try await pair.sync()
            #expect(heard == [1, 2, 3])
        }
    }

    // MARK: Names that mean something elsewhere

    @Test func `no name that a peer chooses fires lifecycle listeners`() async throws {
        try await withPair(.simulated) { pair in
            let names = [
                "connect", "reconnect", "disconnect", "connectError", "backoff", "giveUp", "close", "error",
                "drain", "listening", "connection", "message", "", "__proto__", "*", "a.>",
            ]
            var lifecycle: [String] = []
            var heard: [String] = []
            for emitter in [pair.server, pair.peer] as [Emitter] {
                emitter.on(.connect) { lifecycle.append("connect") }
                emitter.on(.reconnect) { lifecycle.append("reconnect") }
                emitter.on(.disconnect) { _ in lifecycle.append("disconnect") }
                emitter.on(.connectError) { _ in lifecycle.append("connectError") }
                emitter.on(.backoff) { _ in lifecycle.append("backoff") }
                emitter.on(.giveUp) { _ in lifecycle.append("giveUp") }
                emitter.on(.close) { lifecycle.append("close") }
                emitter.on(.error) { _ in lifecycle.append("error") }
                emitter.on(.drain) { lifecycle.append("drain") }
                emitter.on(.listening) { _ in lifecycle.append("listening") }
                emitter.on(.connection) { _ in lifecycle.append("connection") }
            }
            for name in names { pair.server.on(name) { heard.append(name) } }
            for name in names { pair.client.emit(name, "payload") }
            try await pair.sync()
            #expect(heard == names)
            #expect(lifecycle.isEmpty)
        }
    }
}
