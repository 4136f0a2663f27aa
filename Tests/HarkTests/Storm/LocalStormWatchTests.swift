import Hark
import HarkTesting
import Testing

/// Storms that stay within a process, each in one of its own: all emitters share the queue that they fill.
@Suite(.timeLimit(.minutes(2)))
struct LocalStormWatchTests {
    /// A client that is not connected, in a time of which 20 events are a millisecond.
    @EventLoop
    private final class Echo {
        let clock = VirtualClock()
        let client: Client
        private(set) var count = 0
        private(set) var storms: [Storm] = []
        let told = Signal()

        init(_ policy: StormPolicy) {
            var options = Client.Options()
            options.environment.clock = clock
            options.stormPolicy = policy
            options.logger = World.silence
            client = Client(to: .unix("/nowhere"), options: options)
            client.on(.storm) {
                self.storms.append($0)
                self.told.fire()
            }
            client.onAny { _ in
                self.count += 1
                if self.count.isMultiple(of: 20) { self.clock.advance(by: .milliseconds(1)) }
            }
        }
    }

    @Test func `an event that answers itself is told of, and the loop goes on`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let echo = Echo(.report)
                let client = echo.client
                client.echo = .localOnly
                client.on("again") { client.emit("again") }
                client.emit("again")
                await echo.told.wait()
                #expect(echo.storms.map(\.heard) == ["again"] && echo.storms.map(\.answer) == ["again"])
                // After a second and a twentieth.
                #expect((20_000...22_100).contains(echo.count))
                // The loop runs tasks, timers and sockets meanwhile.
                try await withPair(.unix) { try await $0.sync() }
                #expect(echo.storms.count == 1)
                await client.close()
            }
        }
    }

    @Test func `a chain that ends is no storm`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let echo = Echo(.report)
                let client = echo.client
                client.on("first") {
                    client.localEmit("second")
                    client.localEmit("second")
                }
                client.on("second") {}
                for _ in 0..<20_000 { client.localEmit("first") }
                #expect(echo.count == 60_000 && echo.storms.isEmpty)
                await client.close()
            }
        }
    }

    @Test func `a storm is slowed when that is asked for`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let echo = Echo(.throttle(to: 1_000))
                let client = echo.client
                client.on("a") { client.localEmit("b") }
                client.on("b") { client.localEmit("a") }
                client.localEmit("a")
                await echo.told.wait()
                // No time passes by itself now: the storm waits for the timer.
                let settled = Signal()
                EventLoop.task { settled.fire() }
                await settled.wait()
                let before = echo.count
                for _ in 0..<1_000 {
                    echo.clock.advance(by: .milliseconds(1))
                    EventLoop.task { settled.fire() }
                    await settled.wait(for: settled.count + 1)
                }
                #expect((200...1_200).contains(echo.count - before))
                #expect(echo.storms.count == 1)
                await client.close()
            }
        }
    }
}
