import Hark

/// Two processes, one event each way.
struct PingPongScene: Scene {
    let name = "ping-pong"
    let promise = "Two processes: every ping of the client comes back as a pong of the server."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "demo-role", "pong", stage.url)
        stage.say(server, "process \(server.processID), \(try await server.nextLine())")
        let client = try stage.start("client", "demo-role", "ping", stage.url)
        stage.say(client, "process \(client.processID), \(try await client.nextLine())")
        for number in 1...PingRole.count {
            for performer in [client, server, client] {
                let line = try await performer.nextLine()
                guard line.contains(" \(number)") else { throw Failure(.failure, "out of order: \(line)") }
                stage.say(performer, line)
            }
        }
        return "\(PingRole.count) pings, \(PingRole.count) pongs, in order"
    }
}
