import Hark

/// What `MigratingFromUhura.md` shows.
@EventLoop
enum UhuraSnippets {
    static func server() async throws -> Server {
        var options = Server.Options()
        options.dialect = .uhura
        let server = Server(options: options)
        server.onConnection { client in
            client.on("ping") { client.send("pong") }
        }
        try await server.listen(on: .tcp(port: 5555))
        return server
    }

    static func client() -> Client {
        var options = Client.Options()
        options.dialect = .uhura
        let client = Client(to: .tcp("127.0.0.1", port: 5555), options: options)
        client.autoReconnect()
        client.connect()
        client.on("pong") { print("pong") }
        client.send("ping")
        return client
    }

    static func acknowledged(_ client: Client) {
        client.emit("order", 7, ack: .within(.seconds(5))) { error in
            print(error == nil ? "its listeners have returned" : "nobody knows")
        }
    }

    static func data(_ client: Client) throws -> [Value?] {
        try client.data.set("name", "ada")
        try client.data.set(["role": "guest", "since": 1843])
        client.on(.dataChange) { change in print("\(change.key) is \(change.value ?? "null")") }
        return [client.data.get("name"), client.data.get("sessionID"), .object(client.data.values)]
    }

    static func resume(_ saved: String, _ options: Client.Options) async throws -> Bool {
        let client = Client(to: .tcp("127.0.0.1", port: 5555), options: options)
        try client.data.set("sessionID", saved)
        client.connect()
        try await client.connected()
        let goesOn = client.resumption == .resumed
        return goesOn
    }

    static func resumed(_ server: Server) {
        server.onConnection { peer in
            print("a new session")
            peer.on(.reconnect) { print("the same session over another connection") }
        }
    }

    static func invalidate(_ peer: Peer) async { await peer.invalidateSession() }
}
