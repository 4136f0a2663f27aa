import Hark
import HarkTesting
import Logging
import Testing

/// `EventLoop.run` and emitters, in processes of their own.
@Suite(.timeLimit(.minutes(1)))
struct LoopRunTests {
    @Test func `run returns when every emitter is closed`() async {
        await #expect(processExitsWith: .success) {
            nonisolated(unsafe) var heard = 0
            try EventLoop.run {
                let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0))
                let client = try await Client.connect(to: server.endpoints[0])
                server.on("stop") {
                    heard += 1
                    EventLoop.task {
                        await client.close()
                        await server.close()
                    }
                }
                client.emit("stop")
            }
            precondition(heard == 1, "run returned before its emitters were closed")
        }
    }

    @Test func `a server that listens keeps run from returning until stop`() async {
        await #expect(processExitsWith: .success) {
            nonisolated(unsafe) var turns = 0
            try EventLoop.run {
                let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0))
                let client = try await Client.connect(to: server.endpoints[0])
                server.on("tick") {
                    turns += 1
                    if turns == 3 { EventLoop.stop() } else { client.emit("tick") }
                }
                client.emit("tick")
            }
            precondition(turns == 3, "run returned although a server listens")
        }
    }

    @Test func `what the body throws is rethrown after its emitters are closed`() async {
        await #expect(processExitsWith: .success) {
            do {
                try EventLoop.run {
                    let error = HarkError(.system, "on purpose")
                    throw error
                }
                preconditionFailure("nothing was thrown")
            } catch let error as HarkError {
                precondition(error.message == "on purpose")
            }
        }
    }
}
