import Hark
import HarkTesting
import Testing

/// Events for all peers of a server, whose bytes are written once.
@EventLoop
@Suite(.timeLimit(.minutes(2)))
struct BroadcastOutletTests {
    /// What clients have heard, each by itself.
    @EventLoop
    private final class Ears {
        var heard: [[Int]]

        init(_ clients: [Client]) {
            heard = Array(repeating: [], count: clients.count)
            for (index, client) in clients.enumerated() {
                client.on("n") { (n: Int, _: String) in self.heard[index].append(n) }
            }
        }
    }

    private func clients(
        _ count: Int, _ world: World, _ configure: (inout Client.Options) -> Void = { _ in }
    ) throws -> [Client] {
        try (0..<count).map { _ in try world.connected(configure).0 }
    }

    @Test(arguments: [1, 100, 1_000])
    func `everybody hears everything once and in order, also when connections break`(_ burst: Int) async throws {
        for seed in 1...3 {
            try await withSimulation(seed: UInt64(seed)) { simulation in
                let world = try await World(simulation)
                let clients = try clients(5, world)
                let ears = Ears(clients)
                let text = String(repeating: "x", count: 100)
                var count = 0
                for round in 0..<6 {
                    for _ in 0..<burst {
                        count += 1
                        world.server.emit("n", count, text)
                    }
                    let cables = simulation.network.cables
                    if round % 3 == seed % 3, !cables.isEmpty { cables[(round * 7 + seed) % cables.count].cut() }
                    simulation.run(for: .milliseconds(seed * round % 7))
                }
                try simulation.run { ears.heard.allSatisfy { $0.count >= count } }
                simulation.run(for: .seconds(10))
                for heard in ears.heard { try #require(heard == Array(1...count)) }
                #expect(world.server.statistics.unknown == 0 && world.server.statistics.inFlight == 0)
            }
        }
    }

    @Test func `what goes to one and what goes to all keeps the order of the calls`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let clients = try clients(3, world)
            let ears = Ears(clients)
            let peers = world.server.peers.sorted { $0.id < $1.id }
            let text = String(repeating: "x", count: 1_000)
            var expected: [Peer.ID: [Int]] = [:]
            for n in 1...2_000 {
                if n % 5 == 0 {
                    let peer = peers[n / 5 % 3]
                    peer.emit("n", n, text)
                    expected[peer.id, default: []].append(n)
                } else {
                    world.server.emit("n", n, text)
                    for peer in peers { expected[peer.id, default: []].append(n) }
                }
                if n % 300 == 0 { simulation.settle() }
            }
            simulation.run(for: .seconds(10))
            for (client, heard) in zip(clients, ears.heard) {
                #expect(heard == expected[try #require(client.peerID)])
            }
        }
    }

    @Test func `a peer that takes fewer names, or shorter events, hears what it can`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let plain = try world.connected().0
            let modest = try world.connected {
                $0.limits.nameCount = 2
                $0.limits.frameByteCount = 1_000
            }.0
            var heard: [[String]] = [[], []]
            for (index, client) in [plain, modest].enumerated() {
                client.onAny { event in heard[index].append(event.name) }
            }
            for name in ["a", "b", "c", "d"] { world.server.emit(name, 1) }
            let long = String(repeating: "x", count: 2_000)
            #expect(world.server.emit("long", long) == .written)
            for name in ["d", "c", "b", "a"] { world.server.emit(name, 1) }
            simulation.run(for: .seconds(1))
            let short = ["a", "b", "c", "d", "d", "c", "b", "a"]
            #expect(heard[1] == short && heard[0].count == 9 && heard[0].filter { $0 != "long" } == short)
            #expect(world.server.statistics.dropped == [.tooLarge: 1])
        }
    }

    @Test func `events taken back from one peer's queue stay in those of the others`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.limits.overflow = .dropOldest
                $0.limits.queueByteCount = 200_000
            }
            let clients = try clients(3, world)
            let ears = Ears(clients)
            let text = String(repeating: "x", count: 200)
            // The first reads nothing for a while, the others go on.
            simulation.network.cables[0].silence(from: nil)
            var count = 0
            for _ in 0..<80 {
                for _ in 0..<150 {
                    count += 1
                    world.server.emit("n", count, text)
                }
                simulation.run(for: .milliseconds(50))
            }
            simulation.run(for: .seconds(120))
            #expect(ears.heard[1] == Array(1...count) && ears.heard[2] == Array(1...count))
            let first = ears.heard[0]
            #expect(first.count < count && first == first.sorted() && Set(first).count == first.count)
            let statistics = world.server.statistics
            #expect(statistics.dropped[.overflow, default: 0] == count - first.count)
            #expect(statistics.inFlight == 0 && statistics.acknowledged == 2 * count + first.count)
        }
    }

    @Test func `who waits for all peers waits for the slowest, and not for those who go`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let clients = try clients(3, world)
            let ears = Ears(clients)
            let text = String(repeating: "x", count: 1_000)
            var end = "waiting"
            simulation.start {
                do { try await world.server.drained() } catch { end = "failed" }
                end = "drained at once"
            }
            simulation.settle()
            #expect(end == "drained at once")
            simulation.network.conditions.bufferByteCount = 4 << 10
            for count in 1...100 { world.server.emit("n", count, text) }
            simulation.settle()
            #expect(world.server.emit("n", 101, text) == .queued)
            simulation.start {
                try? await world.server.drained()
                end = "all have heard \(ears.heard.map(\.count).min() ?? 0)"
            }
            simulation.settle()
            #expect(end == "drained at once")
            simulation.start { await clients[2].close() }
            try simulation.run { end != "drained at once" }
            #expect(world.server.peers.allSatisfy { $0.queuedByteCount == 0 })
            #expect(world.server.emit("n", 102, text) != .queued)
            try simulation.run { ears.heard[0].count == 102 && ears.heard[1].count == 102 }
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
            simulation.start {
                do { try await world.server.drained() } catch {
                    end = (error as? HarkError)?.code == .closed ? "closed" : "\(error)"
                }
            }
            simulation.settle()
            #expect(end == "closed")
        }
    }

    @Test func `volatile events, and those nobody hears, are what they are`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            #expect(world.server.emit("n", 1, "") == .noListeners)
            let client = try world.connected().0
            var heard: [String] = []
            client.onAny { heard.append($0.name) }
            world.server.emit("first")
            #expect(world.server.emitVolatile("volatile") == .written)
            world.server.emit("last")
            simulation.run(for: .seconds(1))
            #expect(heard == ["first", "volatile", "last"])
            try await simulation.run { await world.server.close() }
            #expect(world.server.emit("late") == .dropped(.closed))
        }
    }
}
