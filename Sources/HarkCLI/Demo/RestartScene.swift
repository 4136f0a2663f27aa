import Hark

/// A server that dies and comes back.
struct RestartScene: Scene {
    let name = "restart"
    let promise = "The server is killed; what the client emits meanwhile arrives when it is back."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "listen", stage.url, "--end-with-input")
        _ = try await server.next("listening")
        stage.say(server, "process \(server.processID), listening on \(stage.url)")
        let client = try stage.start("client", "connect", stage.url, "--end-with-input")
        _ = try await client.next("connect")
        stage.say(client, "process \(client.processID), emits step 1")
        try client.emit("step", 1)
        try await expect(1, at: server, on: stage)

        server.kill()
        stage.say(server, "killed")
        _ = try await client.next("disconnect")
        stage.say(client, "has lost the connection; emits step 2 nevertheless")
        try client.emit("step", 2)
        _ = try await client.next("error")
        stage.say(client, "cannot connect, keeps trying")

        let successor = try stage.start("server", "listen", stage.url, "--end-with-input")
        _ = try await successor.next("listening")
        stage.say(successor, "started again, as process \(successor.processID)")
        _ = try await client.next("reconnect")
        stage.say(client, "connected again, by itself")
        try await expect(2, at: successor, on: stage)
        return "no event lost; one whose acknowledgement died with the server comes again, and says so"
    }

    @EventLoop
    private func expect(_ step: Int, at server: Performer, on stage: Stage) async throws {
        var event = try await server.next("event")
        if event["redelivered"]?.bool == true, event["args"]?[0]?.int == 1 {
            stage.say(server, "has step 1 again, marked as redelivered: nobody could tell whether it had arrived")
            event = try await server.next("event")
        }
        guard event["args"]?[0]?.int == step else { throw Failure(.failure, "step \(step) was \(event)") }
        stage.say(server, "has step \(step)")
    }
}
