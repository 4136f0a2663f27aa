import Hark
import HarkTesting
import Testing

/// What `MigratingFromUhura.md` shows works as it says.
@EventLoop
struct UhuraSnippetTests {
    private func options(_ simulation: Simulation) -> (Server.Options, Client.Options) {
        var server = simulation.serverOptions()
        server.dialect = .uhura
        var client = simulation.clientOptions()
        client.dialect = .uhura
        return (server, client)
    }

    /// A server where the examples look for it, with a client of it that is connected.
    private func pair(_ simulation: Simulation) throws -> (Server, Client) {
        let (serverOptions, clientOptions) = options(simulation)
        let server = Server(port: 5555, options: serverOptions)
        let client = Client(port: 5555, options: clientOptions)
        try simulation.run { client.isConnected && server.peers.count == 1 }
        return (server, client)
    }

    @Test func `a ping is answered with a pong, to the one who sent it`() async throws {
        try await withSimulation { simulation in
            let (serverOptions, clientOptions) = options(simulation)
            let server = Server(port: 5555, options: serverOptions)
            server.onConnection { client in
                client.on("ping") { client.send("pong") }
            }
            let clients = (0..<2).map { _ in Client(port: 5555, options: clientOptions) }
            var pongs = [0, 0]
            for (index, client) in clients.enumerated() { client.on("pong") { pongs[index] += 1 } }
            clients[0].send("ping")
            try simulation.run { server.peers.count == 2 && pongs[0] == 1 }
            simulation.run(for: .seconds(1))
            #expect(pongs == [1, 0])
        }
    }

    @Test func `an acknowledged event has been heard`() async throws {
        try await withSimulation { simulation in
            let (server, client) = try pair(simulation)
            var orders: [Int] = []
            server.on("order") { (number: Int) in orders.append(number) }
            UhuraSnippets.acknowledged(client)
            try simulation.run { client.statistics.acknowledged == 1 }
            #expect(orders == [7])
        }
    }

    @Test func `values are shared, and each change is told to the other side`() async throws {
        try await withSimulation { simulation in
            let (server, client) = try pair(simulation)
            let peer = try #require(server.peers.first)
            var changes: [String] = []
            peer.on(.dataChange) { changes.append("\($0.key) \($0.value ?? "none")") }
            let read = try UhuraSnippets.data(client)
            #expect(read[0] == "ada")
            #expect(read[1]?.string == peer.id)
            try simulation.run { changes.count == 3 }
            #expect(changes == ["name \"ada\"", "role \"guest\"", "since 1843"])
            #expect(peer.data.get("name") == "ada")
            try simulation.run { peer.data.values == client.data.values }
        }
    }

    @Test func `a saved session id is enough to go on in another client`() async throws {
        try await withSimulation { simulation in
            let (server, client) = try pair(simulation)
            let peer = try #require(server.peers.first)
            var resumptions = 0
            peer.on(.reconnect) { resumptions += 1 }
            UhuraSnippets.resumed(server)
            let saved = try #require(client.data.get("sessionID")?.string)
            let (_, clientOptions) = options(simulation)
            let goesOn = try await simulation.run { try await UhuraSnippets.resume(saved, clientOptions) }
            #expect(goesOn)
            #expect(resumptions == 1)
            #expect(server.peers.map(\.id) == [saved])
        }
    }

    @Test func `who comes back with an invalidated session is told so`() async throws {
        try await withSimulation { simulation in
            let (server, client) = try pair(simulation)
            let saved = try #require(client.data.get("sessionID")?.string)
            let peer = try #require(server.peers.first)
            try await simulation.run { await UhuraSnippets.invalidate(peer) }
            let (_, clientOptions) = options(simulation)
            let error = try await simulation.run { () -> HarkError? in
                do {
                    _ = try await UhuraSnippets.resume(saved, clientOptions)
                    return nil
                } catch { return error as? HarkError }
            }
            #expect(error?.description.contains("invalidated") == true)
            #expect(server.peers.isEmpty)
        }
    }
}
