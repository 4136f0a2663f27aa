import Hark
import HarkTesting
import Testing

/// Listeners that emit from within, again and again.
@EventLoop
@Suite(.timeLimit(.minutes(5)))
struct EmitterRecursionTests {
    private static let depth = 100_000

    @Test(arguments: [EchoPolicy.localOnly, .remoteThenLocal])
    func `a hundred thousand emits from within each other use no stack`(_ echo: EchoPolicy) async throws {
        try await withPair(.simulated) { pair in
            let client = pair.client
            client.echo = echo
            var (deepest, highest) = (UInt.max, UInt.min)
            var count = 0
            client.on("n") { (n: Int) in
                var here = 0
                let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
                (deepest, highest) = (min(deepest, address), max(highest, address))
                count += 1
                if n < Self.depth { client.emit("n", n + 1) }
            }
            client.emit("n", 1)
            let done = Signal()
            client.on("done") { done.fire() }
            client.localEmit("done")
            try await pair.run { await done.wait() }
            while count < Self.depth { pair.pass(.milliseconds(1)) }
            #expect(count == Self.depth && highest - deepest < 1 << 16)
        }
    }

    @Test func `a listener that adds one and removes itself with every event goes on for ever`() async throws {
        try await withPair(.simulated) { pair in
            var heard = 0
            var current: Subscription?
            @EventLoop func listen() {
                current = pair.server.on("n") { (n: Int) in
                    heard += 1
                    current?.cancel()
                    listen()
                    if n % 10 == 0 { throw HarkError(.listener, "now and then") }
                }
            }
            listen()
            pair.server.on(.error) { _ in }
            for n in 0..<10_000 { pair.client.emit("n", n) }
            try await pair.sync()
            #expect(heard == 10_000 && pair.server.listenerCount(for: "n") == 1)
        }
    }
}
