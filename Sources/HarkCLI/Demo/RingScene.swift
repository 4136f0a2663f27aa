import Hark

/// Three nodes in a ring, of which one dies and comes back.
struct RingScene: Scene {
    let name = "ring"
    let promise = "A bus of three nodes: each event once, also while one of them is killed and started again."

    /// Before the node is killed.
    private static let countBefore = 50

    func play(on stage: Stage) async throws -> String {
        let urls = (stage.url(1), stage.url(2))
        let first = try stage.start("node 1", "demo-role", "ring-emitter", urls.0)
        guard try await first.nextLine() == "listening" else { throw Failure(.failure, "node 1 does not listen") }
        let arguments = ["node", "--node-id", "node-2", "--listen", urls.1, "--connect", urls.0, "--end-with-input"]
        let second = try stage.start("node 2", arguments)
        let third = try stage.start(
            "node 3", "node", "--node-id", "node-3", "--connect", urls.0, "--connect", urls.1, "--end-with-input")
        for node in [first, second, third] { stage.say(node, "process \(node.processID)") }
        stage.say(first, try await first.nextLine())

        let before = try await hear(at: second, upTo: Self.countBefore)
        second.kill()
        stage.say(second, "has \(before.count) numbers; killed")
        let successor = try stage.start("node 2", arguments)
        stage.say(successor, "started again, as process \(successor.processID)")
        let all = try await hear(at: third)
        let suffix = try await hear(at: successor)
        guard all.first == 1, suffix.last == all.last, let first = suffix.first else {
            throw Failure(.failure, "node 3 has \(all.count) numbers and node 2 \(suffix.count)")
        }
        stage.say(third, "has all \(all.count) numbers, each once and in order")
        stage.say(successor, "has those from \(first) on")
        return "no event lost between nodes that lived, and none came over two ways"
    }

    /// The numbers that it hears from now on, up to one of them or to the end.
    ///
    /// - Throws: `Failure` when they do not follow each other.
    @EventLoop
    private func hear(at node: Performer, upTo last: Int? = nil) async throws -> [Int] {
        var numbers: [Int] = []
        while last == nil || numbers.last != last {
            let event = try await node.next("event")
            guard event["name"] == "number", let number = event["args"]?[0]?.int else { break }
            if let previous = numbers.last, number != previous + 1 {
                throw Failure(.failure, "\(node.name) has \(number) after \(previous)")
            }
            numbers.append(number)
        }
        return numbers
    }
}
