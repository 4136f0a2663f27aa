import Hark

/// What `MigratingFromSocketIPC.md` shows.
@EventLoop
enum SocketIPCSnippets {
    static func server() async throws {
        var options = Server.Options()
        options.dialect = .socketIPC
        let server = Server(options: options)
        server.on(.error) { error in print(error) }
        server.on("hello") { (name: String) in
            server.broadcast("welcome", name)
        }
        try await server.listen(on: .unix("/tmp/my-app.sock"))
    }

    static func client() -> Client {
        var options = Client.Options()
        options.dialect = .socketIPC
        let client = Client(to: .unix("/tmp/my-app.sock"), options: options)
        client.on(.error) { error in print(error) }
        client.on(.connect) { client.send("hello", "Ada") }
        client.on("welcome") { (name: String) in print("\(name) is here") }
        client.connect()
        return client
    }

    static func conversation(_ server: Server, _ client: Client) {
        server.onConnection { peer in
            server.send("hello", "Hello, Client!", to: peer.id)
        }
        server.on("hello") { (event: Event) in
            guard let peer = event.peer else { return }
            peer.send("goodbye", "Goodbye, Client!")
        }
        client.on("hello") { (_: String) in
            client.send("hello", "Hello, Server!")
        }
        client.on("goodbye") { (_: String) async in
            await client.close()
        }
        client.connect()
    }

    static func resilience(_ client: Client) {
        client.once(.connect) { print("hello") }
        client.on(.disconnect) { _ in print("the server is away") }
        client.on(.reconnect) { print("the server is back") }
        client.connect()
    }

    static func spam(_ server: Server, _ clients: [Client]) {
        for number in 1...1_000 {
            server.broadcast("spam", number)
            for client in clients { client.send("spam", number) }
        }
    }

    static func listeners(_ server: Server, _ client: Client) {
        // client.on('message', (message, topic) => …)
        client.onAny { event in
            let message = try event.arguments.first
            print(event.name, message ?? "no message")
        }
        // client.on('message.hello', (message) => …)
        client.on("hello") { (message: Value) in print(message) }
        // server.on('message.hello', (message, clientId) => …)
        server.on("hello") { (event: Event) in
            print(event.peer?.id ?? "", try event.arguments.first ?? .null)
        }
        // client.on('message.undefined', …), for messages without a topic
        client.on("undefined") { (event: Event) in print(event.name) }
        // server.on('closed', …), client.on('closed', …)
        server.on(.close) { print("closed") }
    }

    static func errors(_ client: Client) {
        client.on(.error) { error in
            switch error.code {
            case .arguments: print("EncodeError:", error.event ?? "", error.values)
            case .closed: print("SendAfterCloseError:", error.event ?? "", error.values)
            case .notConnected: print("NoServerError:", error.event ?? "", error.values)
            case .unknownPeer: print("BadClientError:", error.peer ?? "", error.event ?? "", error.values)
            case .decode: print("DecodeError:", error.peer ?? "", error.bytes?.count ?? 0, "bytes")
            default: print(error)
            }
        }
    }

    static func delays() -> Client.Options {
        var options = Client.Options()
        options.dialect = .socketIPC
        options.reconnection.retryDelay = .fixed(.milliseconds(500))
        options.reconnection.reconnectDelay = .between(.milliseconds(100), and: .milliseconds(400))
        return options
    }

    static func givingUp(_ client: Client) {
        var failures = 0
        client.on(.connectError) { _ in
            failures += 1
            if failures == 5 { Task { await client.close() } }
        }
    }

    static func givingUpBySetting() -> Client.Options {
        var options = Client.Options()
        options.dialect = .socketIPC
        options.reconnection.attemptsMax = 5
        return options
    }

    static func callbacks(_ server: Server, _ client: Client) async throws {
        server.listen(on: .unix("/tmp/my-app.sock")) { endpoint in print("listening on \(endpoint)") }
        try await client.connect(within: .seconds(5))
    }

    static func queue() -> Client.Options {
        var options = Client.Options()
        options.dialect = .socketIPC(queuesOffline: true)
        return options
    }

    static func transcoder() -> Server.Options {
        var options = Server.Options()
        options.dialect = .socketIPC(transcoder: LineTranscoder())
        return options
    }

    static func fileMode() -> Server.Options {
        var options = Server.Options()
        options.environment = .live(fileMode: 0o660)
        return options
    }
}
