import Hark

/// One event, three clients.
struct BroadcastScene: Scene {
    let name = "broadcast"
    let promise = "Three clients: the server emits once, and each of them has it."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "listen", stage.url, "--end-with-input")
        _ = try await server.next("listening")
        stage.say(server, "process \(server.processID), listening on \(stage.url)")
        var clients: [Performer] = []
        for number in 1...3 {
            let client = try stage.start("client \(number)", "connect", stage.url, "--end-with-input")
            _ = try await client.next("connect")
            let id = try await server.next("connect")["peer"]?.string ?? ""
            stage.say(client, "process \(client.processID), connected as \(id)")
            clients.append(client)
        }
        let news: Value = ["the kettle boils", 100]
        stage.say(server, "emits news \(news)")
        try server.emit("news", "the kettle boils", 100)
        for client in clients {
            let event = try await client.next("event")
            guard event["name"] == "news", event["args"] == news else {
                throw Failure(.failure, "\(client.name) has \(event) instead")
            }
            stage.say(client, "has news \(news)")
        }
        return "emitted once, received three times"
    }
}
