import Hark

/// What `Reconnecting.md` shows.
@EventLoop
enum ReconnectingSnippets {
    static func life(_ client: Client) {
        client.on(.connect) { print("connected to \(client.endpoint)") }
        client.on(.disconnect) { error in print("lost: \(error)") }
        client.on(.connectError) { error in print("failed: \(error)") }
        client.on(.backoff) { pause in print("failed \(pause.attempt) times, next attempt in \(pause.delay)") }
        client.on(.reconnect) { print("back again") }
    }

    static func delays() -> Client {
        var options = Client.Options()
        options.reconnection.retryDelay = .fixed(.seconds(1))
        options.reconnection.reconnectDelay = .backoff(from: .milliseconds(100), upTo: .seconds(10))
        options.reconnection.stableAfter = .seconds(30)
        let client = Client(to: .tcp("db.local", port: 5555), options: options)
        return client
    }

    static func givingUp(_ endpoint: Endpoint) async throws {
        var options = Client.Options()
        options.reconnection.attemptsMax = 10
        options.reconnection.deadline = .seconds(60)
        let client = Client(to: endpoint, options: options)
        client.on(.giveUp) { error in print(error) }
        client.connect()
        do {
            try await client.connected()
        } catch let error as HarkError where error.code == .gaveUp {
            print("nobody there; the queue waits for the next connect()")
        }
    }

    static func several() async throws -> Client {
        let client = try await Client.connect(to: [
            .tcp("db-1.local", port: 5555),
            .tcp("db-2.local", port: 5555),
        ])
        print("connected to \(client.endpoint)")
        return client
    }

    static func onPurpose(_ client: Client) async {
        client.reconnect()
        await client.disconnect()
        client.connect()
    }

    static func restart(_ server: Server) async {
        await server.close(retryAfter: .seconds(10))
    }
}
