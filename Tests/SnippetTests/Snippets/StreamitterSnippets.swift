import Hark

/// What `MigratingFromStreamitter.md` shows.
@EventLoop
enum StreamitterSnippets {
    static func server() -> Server {
        var options = Server.Options()
        options.dialect = .streamitter
        let server = Server(port: 5555, options: options) { peer in
            peer.on("ping") { (n: Int) in peer.emit("pong", n) }
        }
        server.on(.error) { error in print(error) }
        return server
    }

    static func client() -> Client {
        var options = Client.Options()
        options.dialect = .streamitter
        let client = Client(port: 5555, options: options) { client in
            client.emit("ping", 1)
        }
        client.on("pong") { (n: Int) in print("pong \(n)") }
        client.autoReconnect()
        return client
    }

    static func waitingServer(_ options: Server.Options) -> Server {
        let server = Server(options: options) { peer in
            peer.emit("welcome")
        }
        server.listen(5555) { endpoint in print("listening on \(endpoint)") }
        return server
    }

    static func targets(_ options: Client.Options, _ descriptor: Int32) throws -> [Client] {
        let byPort = Client(port: 5555, options: options)
        let byHost = Client(port: 5555, host: "db.local", options: options)
        let byText = try Client(target: "5555", options: options)
        let bySocket = Client(descriptor: descriptor, options: options)
        return [byPort, byHost, byText, bySocket]
    }

    static func shared(_ client: Client) {
        client.on("ping") { (n: Int) in print("heard here or from there: \(n)") }
        client.emit("ping", 1)  // to the other side, then to the listener above
        client.localEmit("ping", 2)  // to the listener above only
        client.send("ping", 3)  // to the other side only
    }

    static func pingPong(_ peer: Peer, _ client: Client) {
        peer.on("request") { peer.emit("response") }
        client.on("response") { client.emit("request") }
        client.on(.storm) { storm in print("\(storm.heard) and \(storm.answer) answer each other") }
        client.emit("request")
    }

    static func step() async throws -> Server {
        var options = Server.Options()
        options.dialects = [.native, .uhura, .streamitter]
        let server = try await Server.listen(on: .tcp(port: 5555), options: options)
        server.onConnection { peer in print("\(peer.id) speaks \(peer.dialect)") }
        server.broadcast("news", 1)  // to all of them
        return server
    }
}
