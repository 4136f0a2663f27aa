import Hark

/// What `README.md` shows.
enum ReadmeSnippets {
    static func example() throws {
        try EventLoop.run {
            let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0))
            server.onConnection { peer in
                peer.on("ping") { (n: Int) in peer.emit("pong", n + 1) }
            }
            let client = try await Client.connect(to: server.endpoints[0])
            client.on("pong") { (n: Int) async in
                print("pong \(n)")
                await client.close()
                await server.close()
            }
            client.emit("ping", 1)
        }
    }

    static func severalDialects() async throws {
        var options = Server.Options()
        options.dialects = [.native, .uhura, .socketIPC]
        let server = try await Server.listen(on: .tcp(port: 5555), options: options)
        server.broadcast("news", "old clients and new ones hear this")
    }
}
