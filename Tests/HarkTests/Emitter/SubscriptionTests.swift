import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct SubscriptionTests {
    @Test func `one that nobody keeps goes on listening`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [Int] = []
            do { _ = pair.server.on("n") { (n: Int) in heard.append(n) } }
            pair.client.emit("n", 1)
            try await pair.sync()
            #expect(heard == [1])
        }
    }

    @Test func `cancelling one leaves an equal one, and doing it again changes nothing`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [Int] = []
            let listener: @EventLoop (Int) -> Void = { heard.append($0) }
            let first = pair.server.on("n", listener)
            let second = pair.server.on("n", listener)
            first.cancel()
            first.cancel()
            pair.client.emit("n", 1)
            try await pair.sync()
            #expect(heard == [1])
            second.cancel()
            pair.client.emit("n", 2)
            try await pair.sync()
            #expect(heard == [1])
        }
    }

    @Test func `one may be cancelled after its emitter is closed`() async throws {
        let server = Server()
        let subscriptions = [server.on("n") {}, server.on(.close) {}]
        await server.close()
        for subscription in subscriptions { subscription.cancel() }
        #expect(server.isClosed)
    }

    @Test func `one is active until it is cancelled, removed, has heard its one event or its emitter closes`()
        async throws
    {
        try await withPair(.simulated) { pair in
            let cancelled = pair.client.on("a") {}
            let removed = pair.client.on("a") {}
            let once = pair.client.once("b") {}
            let lifecycle = pair.client.on(.disconnect) { _ in }
            let lifecycleOnce = pair.client.once(.removeListener) { _ in }
            let kept = pair.client.on("c") {}
            let all = [cancelled, removed, once, lifecycle, lifecycleOnce, kept]
            #expect(all.map(\.isActive) == [true, true, true, true, true, true])
            cancelled.cancel()
            #expect(all.map(\.isActive) == [false, true, true, true, false, true])
            pair.client.off("a")
            lifecycle.cancel()
            pair.peer.emit("b")
            try await pair.sync()
            #expect(all.map(\.isActive) == [false, false, false, false, false, true])
            try await pair.run { await pair.client.close() }
            #expect(!kept.isActive)
        }
    }

    @Test func `a once listener is not active any more when it runs`() async throws {
        try await withPair(.simulated) { pair in
            var heard: [Bool] = []
            var subscription: Subscription?
            subscription = pair.client.once("a") { heard.append(subscription?.isActive ?? true) }
            pair.peer.emit("a")
            try await pair.sync()
            #expect(heard == [false])
        }
    }
}
