import Hark

/// A session that outlives its connection.
struct UhuraScene: Scene {
    let name = "uhura"
    let promise = "Uhura's wire: a session, its values and its events survive the loss of the connection."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "listen", stage.url, "--dialect", "uhura", "--end-with-input")
        _ = try await server.next("listening")
        stage.say(server, "process \(server.processID), listening on \(stage.url)")
        let client = try stage.start("client", "connect", stage.url, "--dialect", "uhura", "--end-with-input")
        let session = try await server.next("connect")["peer"] ?? ""
        _ = try await client.next("connect")
        stage.say(client, "process \(client.processID), session \(session.string ?? "")")

        try client.tell(["set": ["user": "ada"]])
        stage.say(client, "sets user to ada")
        _ = try await server.next("set")
        stage.say(server, "is told: user is ada")

        try client.tell(["reconnect": true])
        _ = try await server.next("disconnect")
        stage.say(server, "has lost the client; emits hello nevertheless")
        try server.tell(["emit": "hello", "args": ["ada"], "to": session])
        _ = try await client.next("reconnect")
        guard try await server.next("connect")["peer"] == session else {
            throw Failure(.failure, "the session is another one")
        }
        stage.say(client, "connected again, in the same session")
        guard try await client.next("event")["name"] == "hello" else { throw Failure(.failure, "it was not hello") }
        stage.say(client, "has hello")
        try server.tell(["get": "user", "to": session])
        let user = try await server.next("set")["values"]?["user"]
        guard user == "ada" else { throw Failure(.failure, "the value was lost") }
        stage.say(server, "gets user: still ada")
        return "one session over two connections, nothing lost"
    }
}
