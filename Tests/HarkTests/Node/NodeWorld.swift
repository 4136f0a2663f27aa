import Hark
import HarkTesting

/// Nodes in a simulated network, each listening on a port of its own.
@EventLoop
final class NodeWorld {
    let simulation: Simulation
    private(set) var nodes: [Node] = []
    private let change: (inout Node.Options) -> Void
    /// The numbers that arrived as "n", by who heard and who had emitted them.
    private(set) var heard: [[String: [Int]]] = []

    init(_ simulation: Simulation, _ count: Int, _ change: @escaping (inout Node.Options) -> Void = { _ in }) throws {
        self.simulation = simulation
        self.change = change
        for index in 0..<count { nodes.append(try make(index)) }
        heard = [[String: [Int]]](repeating: [:], count: count)
    }

    private func make(_ index: Int) throws -> Node {
        var options = simulation.nodeOptions(id: "n\(index)")
        change(&options)
        let node = Node(options: options)
        node.listen(9_000 + index)
        simulation.settle()
        return node
    }

    /// Everybody listens to "n".
    func listen() { for index in nodes.indices { listen(index) } }

    func listen(_ index: Int) {
        nodes[index].on("n") { [unowned self] (event: Event) in
            let number = try event.decode(Int.self)
            heard[index][event.origin ?? "?", default: []].append(number)
        }
    }

    @discardableResult
    func connect(_ a: Int, _ b: Int) -> Node.Peer { nodes[a].connect(9_000 + b, "n\(b)") }

    /// Waits until `from` knows of so many listeners of "n".
    func ready(_ from: Int, _ count: Int) throws {
        try simulation.run(within: .seconds(60)) { nodes[from].subscriberCount(of: "n") == count }
    }

    /// The process dies, and another one takes its place.
    func restart(_ index: Int) async throws {
        let node = nodes[index]
        try await simulation.run { await node.end() }
        heard[index] = [:]
        nodes[index] = try make(index)
    }

    func end() async throws {
        for node in nodes { try await simulation.run { await node.end() } }
    }
}
