import Hark

/// An emitter that both sides share.
struct StreamitterScene: Scene {
    let name = "streamitter"
    let promise = "Streamitter's wire: who emits hears it too, like the other side; localEmit stays where it is."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "demo-role", "streamitter-server", stage.url)
        stage.say(server, "process \(server.processID), \(try await server.nextLine())")
        let client = try stage.start("client", "demo-role", "streamitter-client", stage.url)
        stage.say(client, "process \(client.processID), \(try await client.nextLine())")
        // What one side says comes in order; what the other side hears of localEmit would stand here too.
        for (performer, expected) in [
            (client, "ping 1"), (client, "ping 1"), (server, "ping 1"), (server, "pong 1"), (client, "pong 1"),
            (client, "ping 7"), (client, "ping 2"), (client, "ping 2"), (server, "ping 2"), (server, "pong 2"),
            (client, "pong 2"),
        ] {
            let line = try await performer.nextLine()
            stage.say(performer, line)
            guard line.contains(expected) else { throw Failure(.failure, "\(expected) was expected there") }
        }
        return "each ping and pong heard on both sides, ping 7 only where it was emitted"
    }
}
