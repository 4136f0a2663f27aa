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
}
