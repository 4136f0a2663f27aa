import Hark

/// What `GettingStarted.md` shows.
@EventLoop
enum GettingStartedSnippets {
    static func events() throws {
        try EventLoop.run {
            let server = try await Server.listen(on: .tcp(port: 5555))
            server.on("hello") { (name: String) in
                server.broadcast("joined", name)
            }
        }
    }

    static func client() throws {
        try EventLoop.run {
            let client = try await Client.connect(to: .tcp("db.local", port: 5555))
            client.on("joined") { (name: String) in print("\(name) is here") }
            client.emit("hello", "Ada")
        }
    }

    static func keys(_ client: Client, _ server: Server) {
        struct Order: Codable, EventArgument {
            var id: Int
            var total: Double
        }

        let placed = EventKey<Order>("order.placed")
        let tick = EventKey<String, Double>("tick")

        client.emit(placed, Order(id: 7, total: 12.5))
        client.emit(tick, "EURUSD", 1.0842)

        server.on(tick) { symbol, price in print(symbol, price) }
    }

    static func unknown(_ client: Client) {
        client.onAny { event in
            print(event.name, try event.arguments)
        }
    }

    static func bytes(_ server: Server) {
        var byteCount = 0
        server.on("chunk") { (bytes: RawSpan) in
            byteCount += bytes.byteCount
        }
    }

    static func requests(_ client: Client, _ server: Server) async throws {
        try server.reply(to: "sum") { (a: Int, b: Int) in a + b }

        let sum: Int = try await client.request("sum", 2, 3, within: .seconds(1))
        print(sum)
    }

    static func lifecycle(_ server: Server, _ client: Client) {
        server.onConnection { peer in
            print("connected: \(peer.id)")
            peer.on(.disconnect) { error in print("gone: \(error)") }
        }
        client.on(.disconnect) { error in print("lost: \(error)") }
        client.on(.backoff) { pause in print("attempt \(pause.attempt) failed, next in \(pause.delay)") }
        client.on(.reconnect) { print("back again") }
        client.on(.error) { error in print("\(error.code): \(error)") }
    }

    static func authorize() async throws {
        var options = Server.Options()
        options.authorize = { hello, info in
            guard hello.credentials["token"]?.string == "opensesame" else {
                throw HarkError(.permission, "the token is wrong")
            }
        }
        let server = try await Server.listen(on: .unix("/tmp/prices.sock"), options: options)
        print(server.endpoints)
    }

    static func credentials() async throws {
        var options = Client.Options()
        options.credentials = ["token": "opensesame"]
        options.timing.heartbeat = .seconds(2)
        let client = try await Client.connect(to: .unix("/tmp/prices.sock"), options: options)
        print(client.isConnected)
    }

    static func later(_ endpoint: Endpoint) async throws {
        let client = Client(to: endpoint)
        client.on("tick") { (symbol: String, price: Double) in print(symbol, price) }
        client.connect()
        client.emit("subscribe", "EURUSD")
        try await client.connected()
    }
}
