import Hark

/// A broadcast, and an answer for one client.
struct SocketIPCScene: Scene {
    let name = "socket-ipc"
    let promise = "socket-ipc's wire: a broadcast reaches both clients, an answer only the one with that id."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "listen", stage.url, "--dialect", "socket-ipc", "--end-with-input")
        _ = try await server.next("listening")
        stage.say(server, "process \(server.processID), listening on \(stage.url)")
        var clients: [Performer] = []
        for number in 1...2 {
            let client = try stage.start(
                "client \(number)", "connect", stage.url, "--dialect", "socket-ipc", "--end-with-input")
            _ = try await client.next("connect")
            let id = try await server.next("connect")["peer"]?.string ?? ""
            stage.say(client, "process \(client.processID), called \(id)")
            clients.append(client)
        }
        stage.say(server, "broadcasts news")
        try server.tell(["emit": "news", "args": ["tea is ready"]])
        for client in clients { try await expect("news", at: client, on: stage) }

        try clients[1].tell(["emit": "question", "args": ["milk?"]])
        stage.say(clients[1], "asks: milk?")
        let asker = try await server.next("event")["from"] ?? ""
        stage.say(server, "answers \(asker.string ?? ""), and broadcasts once more")
        try server.tell(["emit": "answer", "args": ["yes"], "to": asker])
        try server.tell(["emit": "more news", "args": ["it gets cold"]])
        try await expect("answer", at: clients[1], on: stage)
        for client in clients { try await expect("more news", at: client, on: stage) }
        return "two broadcasts for both, one answer for client 2 alone"
    }

    @EventLoop
    private func expect(_ name: String, at client: Performer, on stage: Stage) async throws {
        let event = try await client.next("event")
        guard event["name"]?.string == name else { throw Failure(.failure, "\(client.name) has \(event) instead") }
        stage.say(client, "has \(name): \(event["args"]?[0]?.string ?? "")")
    }
}
