import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EmitterPrependingTests {
    private static let key = EventKey<Int>("n")

    @Test func `who is prepended runs first, the last one prepended before all`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.onAny { _ in heard.append("any") }
            pair.client.on("n") { (n: Int) in heard.append("on \(n)") }
            pair.client.prepend("n") { heard.append("nothing") }
            pair.client.prepend("n") { (n: Int) in heard.append("number \(n)") }
            pair.client.prepend(Self.key) { n in heard.append("key \(n)") }
            pair.client.prepend("n") { (event: Event) in heard.append("event \(event.name)") }
            pair.client.prepend("n") { (n: Int) async throws in heard.append("later \(n)") }
            pair.client.prepend(Self.key) { (n: Int) async throws in heard.append("later key \(n)") }
            pair.peer.emit("n", 1)
            try await pair.sync()
            let now = ["event n", "key 1", "number 1", "nothing", "any", "on 1"]
            #expect(heard == now + ["later key 1", "later 1"])
        }
    }

    @Test func `bytes are read where they arrived, ahead of the others`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.on("bytes") { (bytes: RawSpan) in heard.append("on \(bytes.byteCount)") }
            pair.client.prepend("bytes") { (bytes: RawSpan) in heard.append("prepended \(bytes.byteCount)") }
            pair.peer.emit("bytes", Bytes([1, 2, 3]))
            try await pair.sync()
            #expect(heard == ["prepended 3", "on 3"])
        }
    }

    @Test func `who is prepended once hears one event, ahead of the others`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.on("n") { (n: Int) in heard.append("on \(n)") }
            pair.client.prependOnce("n") { (n: Int) in heard.append("once \(n)") }
            pair.client.prependOnce(Self.key) { n in heard.append("key \(n)") }
            pair.client.prependOnce("n") { (event: Event) in heard.append("event \(event.name)") }
            for n in 1...2 { pair.peer.emit("n", n) }
            try await pair.sync()
            #expect(heard == ["event n", "key 1", "once 1", "on 1", "on 2"])
        }
    }

    @Test func `who is prepended during a dispatch hears the next event`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [String] = []
            pair.client.once("n") { pair.client.prepend("n") { (n: Int) in heard.append("prepended \(n)") } }
            pair.client.on("n") { (n: Int) in heard.append("on \(n)") }
            for n in 1...2 { pair.peer.emit("n", n) }
            try await pair.sync()
            #expect(heard == ["on 1", "prepended 2", "on 2"])
        }
    }
}
