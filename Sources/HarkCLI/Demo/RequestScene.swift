import Hark

/// A question and its answer, and a question that nobody answers.
struct RequestScene: Scene {
    let name = "request"
    let promise = "A question waits for its answer, and learns at once when nobody answers."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "demo-role", "pong", stage.url)
        stage.say(server, "\(try await server.nextLine()), answers \"sum\"")

        let client = try stage.start("client", "request", stage.url, "sum", "2", "3")
        stage.say(client, "hark request … sum 2 3")
        let answer = try await client.nextLine()
        stage.say(client, answer)
        guard answer == "5" else { throw Failure(.failure, "2 + 3 came back as \(answer)") }

        let lost = try stage.start("client", "request", stage.url, "product", "2", "3")
        stage.say(lost, "hark request … product 2 3")
        let status = await lost.status()
        stage.say(lost, "exit status \(status): nobody answers that")
        guard status == ExitStatus.noResponder.rawValue else { throw Failure(.failure, "the status was wrong") }
        return "2 + 3 = 5, computed by the other process"
    }
}
