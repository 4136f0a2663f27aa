import Hark
import Testing

/// Who keeps `EventLoop.run` from returning.
@Suite(.timeLimit(.minutes(1)))
struct LoopReferenceTests {
    @Test func `run does not wait for what is not referenced, however often it connects`() async {
        await #expect(processExitsWith: .success) {
            nonisolated(unsafe) var connections = 0
            try EventLoop.run {
                let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0))
                server.unref()
                let client = Client(to: server.endpoints[0]).unref()
                client.connect()
                try await client.connected()
                client.on(.connect) { connections += 1 }
                client.reconnect()
                try await client.connected()
                precondition(!server.hasRef && !client.hasRef)
            }
            precondition(connections == 1, "the client has not connected again")
        }
    }

    @Test func `run waits for what is referenced again`() async {
        await #expect(processExitsWith: .success) {
            nonisolated(unsafe) var isClosed = false
            try EventLoop.run {
                let server = Server().unref()
                try await server.listen(on: .tcp("127.0.0.1", port: 0))
                server.ref()
                precondition(server.hasRef)
                let client = try await Client.connect(to: server.endpoints[0])
                client.unref()
                server.on("close") {
                    EventLoop.task {
                        await server.close()
                        isClosed = true
                    }
                }
                client.emit("close")
            }
            precondition(isClosed, "run did not wait for the server")
        }
    }
}
