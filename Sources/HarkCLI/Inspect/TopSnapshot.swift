import Hark

/// What a console says of a process at one moment.
struct TopSnapshot: Sendable {
    /// An object for each connection or member.
    let peers: Value
    let statistics: Value
    /// An object for each node to which there is a way; null where there are no nodes.
    let nodes: Value

    /// Asks.
    ///
    /// - Throws: `Failure` when there is no answer, or no such process.
    @EventLoop
    init(of console: ConsoleConnection) async throws(Failure) {
        peers = try await Self.ask(console, "peers")
        statistics = try await Self.ask(console, "statistics")
        // Of what is no node, this is refused.
        nodes = try await console.ask(ConsoleRequest("node.nodes", [], id: "nodes"))["result"] ?? .null
    }

    @EventLoop
    private static func ask(_ console: ConsoleConnection, _ command: String) async throws(Failure) -> Value {
        let answer = try await console.ask(ConsoleRequest(command, [], id: .string(command)))
        guard answer["ok"]?.bool == true, let result = answer["result"] else {
            throw Failure(.failure, answer["error"]?.string ?? "\"\(command)\" is refused without a reason")
        }
        return result
    }

    /// As one object.
    var value: Value {
        var fields = [("peers", peers), ("statistics", statistics)]
        if !nodes.isNull { fields.append(("nodes", nodes)) }
        return .object(Value.Object(fields))
    }

    /// The numbers of the statistics.
    var counts: [(name: String, count: Int)] {
        (statistics.object ?? Value.Object([])).compactMap { name, value in value.int.map { (name, $0) } }
    }
}
