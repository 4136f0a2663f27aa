import Foundation
import Hark
import Testing

/// What happens to a process that does not run for a while.
@Suite(.timeLimit(.minutes(5)))
struct PausedProcessTests {
    /// Returns when `duration` has passed, on the loop's own clock.
    @EventLoop
    private static func pass(_ duration: Duration) async {
        let clock = Environment.live.clock
        let passed = Signal()
        let timer = clock.timer { passed.fire() }
        timer.schedule(at: clock.now + UInt64(duration / .milliseconds(1)))
        await passed.wait()
    }

    /// A server with clients in this process, and how many connections either side has given up.
    @EventLoop
    private final class Crowd {
        let server: Server
        private(set) var clients: [Client] = []
        private(set) var lostCount = 0

        init(heartbeat: Duration, count: Int) async throws {
            var options = Server.Options()
            options.timing.heartbeat = heartbeat
            options.logger = World.silence
            server = try await Server.listen(on: .tcp("127.0.0.1", port: 0), options: options)
            server.onConnection { peer in peer.on(.disconnect) { _ in self.lostCount += 1 } }
            var clientOptions = Client.Options()
            clientOptions.logger = World.silence
            for _ in 0..<count {
                let client = try await Client.connect(to: server.endpoints[0], options: clientOptions)
                client.on(.disconnect) { _ in self.lostCount += 1 }
                clients.append(client)
            }
        }

        func close() async {
            for client in clients { await client.close() }
            await server.close()
        }
    }

    @Test func `a process that was stopped reads what has arrived before it declares anybody dead`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let seconds = SweepSize.of(quick: 3, full: 30, soak: 30)
                // A tenth of the time stopped: more than three heartbeats are missed.
                let crowd = try await Crowd(heartbeat: .milliseconds(100 * seconds), count: 50)
                await Self.pass(.milliseconds(250 * seconds))
                let process = Process()
                process.executableURL = URL(filePath: "/bin/sh")
                let own = ProcessInfo.processInfo.processIdentifier
                process.arguments = ["-c", "kill -STOP \(own); sleep \(seconds); kill -CONT \(own)"]
                let clock = Environment.live.clock
                let start = clock.now
                try process.run()
                while clock.now - start < UInt64(seconds) * 1_000 { await Self.pass(.milliseconds(50)) }
                await Self.pass(.milliseconds(400 * seconds))
                #expect(crowd.lostCount == 0)
                #expect(crowd.clients.filter(\.isConnected).count == 50)
                await crowd.close()
            }
        }
    }

    @Test func `a listener that blocks the loop costs nobody his connection`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let milliseconds = SweepSize.of(quick: 1_000, full: 10_000, soak: 10_000)
                let crowd = try await Crowd(heartbeat: .milliseconds(milliseconds / 10), count: 50)
                let heard = Signal()
                var lags: [Duration] = []
                EventLoop.onLag(.milliseconds(milliseconds / 2)) { lags.append($0) }
                crowd.server.on("block") {
                    let clock = Environment.live.clock
                    let start = clock.now
                    while clock.now - start < UInt64(milliseconds) {}
                }
                crowd.server.on("n") { heard.fire() }
                crowd.clients[0].emit("block")
                for client in crowd.clients { client.emit("n") }
                await heard.wait(for: 50)
                await Self.pass(.milliseconds(milliseconds))
                #expect(crowd.lostCount == 0)
                #expect(lags.contains { $0 >= .milliseconds(milliseconds - 1) })
                await crowd.close()
            }
        }
    }
}
