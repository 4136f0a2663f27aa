import Hark

/// What `Threading.md` shows.
enum ThreadingSnippets {
    static func state() throws {
        try EventLoop.run {
            var pings = 0
            let server = try await Server.listen(on: .tcp(port: 5555))
            server.on("ping") {
                pings += 1
                server.broadcast("pings", pings)
            }
        }
    }

    static func elsewhere(_ client: Client, _ readings: [Double]) {
        Task.detached {
            for reading in readings { client.emit("reading", reading) }
            await client.close()
        }
    }

    @EventLoop
    static func asynchronous(_ server: Server, _ store: @escaping @Sendable (String) async throws -> Void) {
        server.on("save") { (text: String) async throws in
            try await store(text)
        }
    }

    static func sequence(_ client: Client) async throws {
        let ticks = client.events("tick", buffering: .newest(100))
        for await event in ticks {
            let (symbol, price) = try event.decode(String.self, Double.self)
            print(symbol, price)
        }
    }

    @EventLoop
    static func lag() {
        EventLoop.onLag(.milliseconds(100)) { lag in print("everybody has waited for \(lag)") }
    }
}
