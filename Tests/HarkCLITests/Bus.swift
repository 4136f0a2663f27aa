import Foundation
import Testing

/// Nodes as processes, each listening at a socket of its own, connected in some shape.
final class Bus {
    enum Shape: String, CaseIterable, Sendable {
        case chain, star, ring, mesh

        var count: Int { self == .chain || self == .ring ? 3 : 4 }

        /// Who connects to whom.
        var connections: [(from: Int, to: Int)] {
            switch self {
            case .chain: [(1, 0), (2, 1)]
            case .star: [(1, 0), (2, 0), (3, 0)]
            case .ring: [(0, 1), (1, 2), (2, 0)]
            case .mesh: [(1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)]
            }
        }

        /// Who emits: never the one who dies.
        var emitter: Int { self == .star ? 1 : 0 }

        /// Who dies: a node that passes events on, where there is one.
        var victim: Int { self == .star ? 0 : 1 }

        /// Who hears and lives.
        var witnesses: [Int] { (0..<count).filter { $0 != emitter && $0 != victim } }
    }

    let shape: Shape
    private(set) var nodes: [Command] = []
    private let paths: [String]

    init(_ shape: Shape) throws {
        self.shape = shape
        paths = (0..<shape.count).map { _ in Command.socket() }
        for index in 0..<shape.count { nodes.append(try make(index)) }
    }

    private func make(_ index: Int) throws -> Command {
        let others = shape.connections.filter { $0.from == index }.flatMap { ["--connect", "unix://\(paths[$0.to])"] }
        return try Command(
            arguments: ["node", "--node-id", "n\(index)", "--listen", "unix://\(paths[index])"] + others)
    }

    var emitter: Command { nodes[shape.emitter] }

    /// Kills a node, waits until it is dead, and starts another one in its place.
    ///
    /// - Returns: the lines it has still said.
    func restart(_ index: Int) async throws -> [String] {
        let old = nodes[index]
        old.signal(SIGKILL)
        let rest = await old.rest()
        nodes[index] = try make(index)
        return rest
    }
}
