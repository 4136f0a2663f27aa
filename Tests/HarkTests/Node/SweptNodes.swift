import Hark
import HarkTesting
import Testing

/// Nodes and connections by chance, to which things happen.
@EventLoop
final class SweptNodes {
    let simulation: Simulation
    let world: NodeWorld
    let count: Int
    /// Who has dialled whom.
    private var dials: [(from: Int, to: Int, peer: Node.Peer)] = []
    /// The numbers that each node has emitted, to somebody.
    private var emitted: [[Int]]
    private var restarted: Set<Int> = []
    private var number = 0

    init(_ simulation: Simulation, count: Int, _ change: @escaping (inout Node.Options) -> Void = { _ in }) throws {
        self.simulation = simulation
        self.count = count
        emitted = [[Int]](repeating: [], count: count)
        world = try NodeWorld(simulation, count) {
            $0.logger = World.silence
            $0.hopLimit = 254
            change(&$0)
        }
        for node in world.nodes { node.on(.error) { _ in } }
        world.listen()
        for node in 1..<count { dial(node, .random(in: 0..<node, using: &simulation.random)) }
        for _ in 0..<count {
            let (a, b) = (draw(count), draw(count))
            if a != b { dial(a, b) }
        }
    }

    private func draw(_ count: Int) -> Int { .random(in: 0..<count, using: &simulation.random) }

    private func dial(_ a: Int, _ b: Int) {
        dials.append((a, b, world.connect(a, b)))
    }

    /// Waits until all nodes know each other and what they want.
    func settle() throws {
        let count = count
        try simulation.run(within: .seconds(1_800)) {
            world.nodes.allSatisfy { $0.nodes.count == count - 1 && $0.subscriberCount(of: "n") == count - 1 }
        }
        simulation.run(for: .seconds(10))
    }

    @discardableResult
    func emit(_ index: Int) -> EmitResult {
        number += 1
        let result = world.nodes[index].emit("n", number)
        if result == .written || result == .queued { emitted[index].append(number) }
        return result
    }

    // MARK: What happens

    func happen() async throws {
        for _ in 0..<draw(8) { emit(draw(count)) }
        simulation.run(for: .milliseconds(draw(3_000)))
        switch draw(12) {
        case 0:
            simulation.network.partition()
            for _ in 0..<draw(8) { emit(draw(count)) }
            simulation.run(for: .seconds(draw(60)))
            simulation.network.heal()
        case 1: simulation.network.cutAll()
        case 2...5: simulation.network.cables.randomElement(using: &simulation.random)?.cut()
        case 6: simulation.network.cables.randomElement(using: &simulation.random)?.silence()
        case 7: try await restart(draw(count))
        default: break
        }
    }

    func restart(_ index: Int) async throws {
        try await world.restart(index)
        restarted.insert(index)
        emitted[index] = []
        world.nodes[index].on(.error) { _ in }
        world.listen(index)
        for place in dials.indices where dials[place].from == index {
            dials[place].peer = world.connect(index, dials[place].to)
        }
    }

    /// Ends all connections between the nodes before one and the others.
    func part(at middle: Int) {
        for (from, to, peer) in dials where (from < middle) != (to < middle) { peer.end() }
    }

    /// Makes all connections again that were ended.
    func merge() {
        for place in dials.indices where dials[place].peer.state == .ended {
            dials[place].peer = world.connect(dials[place].from, dials[place].to)
        }
    }

    // MARK: What holds

    /// Each event was heard once, and in the order of the node that has emitted it, by all who were there.
    func check() {
        for hearing in 0..<count {
            for origin in 0..<count where origin != hearing {
                let heard = world.heard[hearing]["n\(origin)"] ?? []
                let seed = simulation.seed
                if restarted.contains(origin) {
                    // What it had emitted before may have arrived or not.
                    #expect(heard == Set(heard).sorted(), "seed \(seed): \(origin) to \(hearing)")
                    continue
                }
                let expected = restarted.contains(hearing) ? emitted[origin].suffix(heard.count) : emitted[origin][...]
                #expect(heard == Array(expected), "seed \(seed): \(origin) to \(hearing)")
            }
        }
    }

    /// How much was sent over all connections, besides pings.
    var sentCount: Int { world.nodes.flatMap(\.peers).reduce(0) { $0 + $1.statistics.emitted } }
}
