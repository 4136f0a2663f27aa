import Hark
import HarkTesting
import Testing

/// What `MigratingFromStreamitter.md` shows works as it says.
@EventLoop
struct StreamitterSnippetTests {
    private func options(_ simulation: Simulation) -> (Server.Options, Client.Options) {
        var server = simulation.serverOptions()
        server.dialect = .streamitter
        var client = simulation.clientOptions()
        client.dialect = .streamitter
        return (server, client)
    }

    @Test func `a server that waits for listen hands out one peer for each client`() async throws {
        try await withSimulation { simulation in
            let (serverOptions, clientOptions) = options(simulation)
            let server = StreamitterSnippets.waitingServer(serverOptions)
            let clients = (0..<2).map { _ in Client(port: 5555, options: clientOptions) }
            var welcomes = 0
            for client in clients { client.on("welcome") { welcomes += 1 } }
            try simulation.run { welcomes == 2 }
            #expect(server.peers.count == 2)
        }
    }

    @Test func `the shared emitter reaches both sides, one of them, or the other`() async throws {
        try await withSimulation { simulation in
            let (serverOptions, clientOptions) = options(simulation)
            let server = Server(port: 5555, options: serverOptions)
            var there: [Int] = []
            server.on("ping") { (n: Int) in there.append(n) }
            let client = Client(port: 5555, options: clientOptions)
            try simulation.run { client.isConnected && server.peers.count == 1 }
            var here: [Int] = []
            client.on("ping") { (n: Int) in here.append(n) }
            StreamitterSnippets.shared(client)
            simulation.run(for: .seconds(1))
            #expect(here == [1, 2] && there == [1, 3])
        }
    }

    @Test func `two that answer each other go on, and others are heard meanwhile`() async throws {
        try await withSimulation { simulation in
            let (serverOptions, clientOptions) = options(simulation)
            let server = Server(port: 5555, options: serverOptions)
            let client = Client(port: 5555, options: clientOptions)
            try simulation.run { client.isConnected && server.peers.count == 1 }
            let peer = try #require(server.peers.first)
            var responses = 0
            client.on("response") { responses += 1 }
            StreamitterSnippets.pingPong(peer, client)
            simulation.run(for: .seconds(1))
            #expect(responses > 50)
            var isHeard = false
            server.on("other") { isHeard = true }
            client.emit("other")
            simulation.run(for: .milliseconds(100))
            #expect(isHeard)
        }
    }
}
