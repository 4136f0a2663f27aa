import Hark
import HarkTesting
import Testing

/// The examples of the original's documentation.
struct SocketIPCExamplesTests {
    @Test func `conversation`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            var lines: [String] = []
            world.server.onConnection { peer in
                lines.append("server: connection")
                world.server.send("hello", "Hello, Client!", to: peer.id)
            }
            world.server.on("hello") { (event: Event) in
                lines.append("server: \(try event.decode(String.self))")
                world.server.send("goodbye", "Goodbye, Client!", to: try #require(event.peer).id)
            }
            let client = world.client()
            client.on("hello") { (text: String) in
                lines.append("client: \(text)")
                client.send("hello", "Hello, Server!")
            }
            client.on("goodbye") { (text: String) in
                lines.append("client: \(text)")
                EventLoop.task { await client.close() }
            }
            client.on(.close) { lines.append("client: close") }
            client.connect()
            try simulation.run { client.isClosed }
            #expect(
                lines == [
                    "server: connection", "client: Hello, Client!", "server: Hello, Server!",
                    "client: Goodbye, Client!", "client: close",
                ])
        }
    }

    @Test func `resilience`() async throws {
        try await withSimulation { simulation in
            let first = try await SocketIPCWorld(simulation)
            let endpoint = first.world.endpoint
            var lines: [String] = []
            let client = first.client()
            client.once(.connect) { lines.append("hello") }
            client.on(.reconnect) { lines.append("back") }
            client.on(.disconnect) { _ in lines.append("lost") }
            client.on(.error) { lines.append("\($0.code)") }
            client.connect()
            try simulation.run { client.isConnected }
            try await simulation.run { await first.server.close() }
            for round in 1...3 {
                try simulation.run { !client.isConnected }
                client.send("while", "away")
                let options = first.server.options
                let server = try await simulation.run { try await Server.listen(on: endpoint, options: options) }
                var heard: [String] = []
                server.on("round") { (text: String) in heard.append(text) }
                try simulation.run { client.isConnected }
                client.send("round", "\(round)")
                try simulation.run { heard == ["\(round)"] }
                try await simulation.run { await server.close() }
            }
            let round = ["lost", "notConnected", "back"]
            #expect(lines == ["hello"] + round + round + round + ["lost"])
            try await simulation.run { await client.close() }
        }
    }

    @Test func `spam`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (clientCount, messageCount) = (20, 100)
            var heard = Array(repeating: 0, count: clientCount)
            let clients = (0..<clientCount).map { _ in world.client() }
            for (index, client) in clients.enumerated() {
                client.on("spam") { (_: Int) in heard[index] += 1 }
                client.connect()
            }
            try simulation.run { world.server.peers.count == clientCount && clients.allSatisfy(\.isConnected) }
            for number in 0..<messageCount {
                world.server.broadcast("spam", number)
                for client in clients { client.send("spam", number) }
            }
            try simulation.run {
                world.heard.count == clientCount * messageCount && heard.allSatisfy { $0 == messageCount }
            }
            #expect(world.errors.isEmpty)
        }
    }

    @Test func `giving up after three failed attempts`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            var options = world.client().options
            options.reconnection.attemptsMax = 3
            let client = Client(to: .unix("/nobody"), options: options)
            var log: [String] = []
            World.record(client) { if $0 != "backoff" { log.append($0) } }
            client.connect()
            simulation.run(for: .seconds(60))
            #expect(log == ["connectError", "connectError", "connectError", "giveUp"] && !client.isClosed)
            try await simulation.run { await client.close() }
            #expect(log.last == "close")
        }
    }
}
