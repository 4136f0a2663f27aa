import Hark

/// A client that speaks Streamitter: it emits pings, and hears them itself.
enum StreamitterClientRole {
    /// Emitted by `localEmit`, between the two that are not.
    private static let localNumber = 7

    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        var options = Client.Options()
        options.dialect = .streamitter
        let client = try await Client.connect(to: endpoint, options: options)
        client.autoReconnect()
        DemoRole.say("connected to \(endpoint)")
        client.on("ping") { (number: Int) in
            DemoRole.say(
                number == localNumber ? "hears ping \(number), of localEmit" : "hears its own ping \(number)")
        }
        client.on("pong") { (number: Int) in
            DemoRole.say("pong \(number) arrived")
            guard number == 1 else { return }
            client.localEmit("ping", localNumber)
            ping(2, client)
        }
        ping(1, client)
    }

    @EventLoop
    private static func ping(_ number: Int, _ client: Client) {
        // Own listeners hear it when the listener that runs has returned.
        EventLoop.task {
            DemoRole.say("emits ping \(number)")
            client.emit("ping", number)
        }
    }
}
