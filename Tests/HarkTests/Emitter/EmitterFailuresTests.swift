import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EmitterFailuresTests {
    private struct Refusal: Error, CustomStringConvertible { var description: String { "refused" } }

    @Test func `a failure names its event and the peer that sent it, whether its listener waits or not`() async throws {
        try await withPair(.simulated) { pair in
            var errors: [HarkError] = []
            pair.peer.on(.error) { errors.append($0) }
            pair.server.on("now") { throw Refusal() }
            pair.server.on("later") { () async throws in throw Refusal() }
            pair.peer.on("later") { (n: Int) async throws in throw Refusal() }
            pair.server.onAny { if $0.name == "any" { throw Refusal() } }
            try pair.server.on(matching: "p.*") { (n: Int) async throws in throw Refusal() }
            for name in ["now", "later", "any", "p.q"] {
                pair.client.emit(name, 1)
                try await pair.sync()
            }
            #expect(errors.map(\.event) == ["now", "later", "later", "any", "p.q"])
            #expect(errors.allSatisfy { $0.code == .listener && $0.peer == pair.peer.id && $0.cause is Refusal })
            #expect(errors.first?.message == "a listener of \"now\" failed: refused")
        }
    }

    @Test func `a client's failures have no peer`() async throws {
        try await withPair(.simulated) { pair in
            var errors: [HarkError] = []
            pair.client.on(.error) { errors.append($0) }
            pair.client.on("now") { throw Refusal() }
            pair.client.on("later") { () async throws in throw Refusal() }
            pair.server.emit("now")
            pair.server.emit("later")
            try await pair.sync()
            #expect(errors.map(\.event) == ["now", "later"])
            #expect(errors.allSatisfy { $0.peer == nil })
        }
    }

    @Test func `what a peer does not listen to its server hears, also when the peer has gone`() async throws {
        try await withPair(.simulated) { pair in
            var errors: [HarkError] = []
            pair.server.on(.error) { errors.append($0) }
            let gate = Signal()
            pair.server.on("now") { throw Refusal() }
            pair.peer.on("later") { () async throws in
                await gate.wait()
                throw Refusal()
            }
            pair.client.emit("now")
            pair.client.emit("later")
            try await pair.sync()
            #expect(errors.map(\.event) == ["now"])
            let peer = pair.peer
            try await pair.run { await peer.close() }
            gate.fire()
            try await pair.run { try await pair.client.connected() }
            #expect(errors.map(\.event) == ["now", "later"])
            #expect(errors.allSatisfy { $0.peer == peer.id })
        }
    }

    @Test func `failures that nobody hears are counted, and logged once for each kind`() async throws {
        let book = Logbook()
        var options = PairOptions()
        options.logger = book.logger
        try await withPair(.simulated, options) { pair in
            pair.server.on("n") { throw Refusal() }
            pair.server.on("later") { () async throws in throw Refusal() }
            for _ in 1...3 { pair.client.emit("n") }
            pair.client.emit("later")
            try await pair.sync()
            #expect(pair.server.unheardErrors == [.listener: 4])
            #expect(pair.client.unheardErrors.isEmpty)
            let facts = "code=listener | error=a listener of \"n\" failed: refused | event=n | peer=\(pair.peer.id)"
            #expect(book.entries == ["info | unheard error | \(facts)"])
            for _ in 1...2 { pair.client.emit(String(repeating: "n", count: 256)) }
            #expect(pair.client.unheardErrors == [.limit: 1])
            #expect(book.entries.count == 2)
            pair.server.on(.error) { _ in }
            pair.client.emit("n")
            try await pair.sync()
            #expect(pair.server.unheardErrors == [.listener: 4])
        }
    }
}
