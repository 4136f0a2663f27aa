import Hark
import HarkTesting
import Testing

@Suite struct NodeTests {
    @Test func `an event reaches every other node of a chain once`() async throws {
        try await withSimulation(seed: 1) { simulation in
            let world = try NodeWorld(simulation, 4)
            world.listen()
            for index in 1..<4 { world.connect(index, index - 1) }
            try world.ready(0, 3)
            #expect(world.nodes[0].nodes.map(\.distance) == [1, 2, 3])
            for number in 0..<100 { #expect(world.nodes[0].emit("n", number) == .written) }
            simulation.run(for: .seconds(1))
            for index in 1..<4 { #expect(world.heard[index] == ["n0": Array(0..<100)]) }
            #expect(world.heard[0].isEmpty)
            try await world.end()
        }
    }

    @Test func `nothing comes twice in a ring and nothing comes back`() async throws {
        try await withSimulation(seed: 2) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.listen()
            for index in 0..<3 { world.connect(index, (index + 1) % 3) }
            for index in 0..<3 { try world.ready(index, 2) }
            for number in 0..<50 { for node in world.nodes { node.emit("n", number) } }
            simulation.run(for: .seconds(1))
            for index in 0..<3 {
                let others = (0..<3).filter { $0 != index }.map { ("n\($0)", Array(0..<50)) }
                #expect(world.heard[index] == Dictionary(uniqueKeysWithValues: others))
            }
            try await world.end()
        }
    }

    @Test func `what is emitted while a node between is gone arrives when it is back`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.listen(2)
            world.connect(0, 1)
            world.connect(2, 1)
            try world.ready(0, 1)
            simulation.run(for: .seconds(1))
            for number in 0..<10 { world.nodes[0].emit("n", number) }
            try await world.restart(1)
            for number in 10..<20 { world.nodes[0].emit("n", number) }
            simulation.run(for: .seconds(60))
            for number in 20..<30 { world.nodes[0].emit("n", number) }
            simulation.run(for: .seconds(1))
            #expect(world.heard[2] == ["n0": Array(0..<30)])
            try await world.end()
        }
    }

    @Test func `nobody hears what nobody listens to`() async throws {
        try await withSimulation(seed: 4) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.connect(0, 1)
            world.connect(1, 2)
            try simulation.run(within: .seconds(60)) { world.nodes[0].nodes.count == 2 }
            #expect(world.nodes[0].emit("n", 1) == .noListeners)
            let subscription = world.nodes[2].on("n") { () in }
            try world.ready(0, 1)
            #expect(world.nodes[0].emit("n", 1) == .written)
            subscription.cancel()
            try world.ready(0, 0)
            #expect(world.nodes[0].emit("n", 1) == .noListeners)
            try await world.end()
        }
    }

    @Test func `patterns are heard over relays`() async throws {
        try await withSimulation(seed: 5) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.connect(0, 1)
            world.connect(1, 2)
            var heard: [String] = []
            try world.nodes[2].on(matching: "orders.*") { (event: Event) in heard.append(event.name) }
            try simulation.run(within: .seconds(60)) { world.nodes[0].subscriberCount(of: "orders.new") == 1 }
            #expect(world.nodes[0].emit("orders.new", 1) == .written)
            #expect(world.nodes[0].emit("orders.new.late", 1) == .noListeners)
            simulation.run(for: .seconds(1))
            #expect(heard == ["orders.new"])
            try await world.end()
        }
    }

    @Test func `the barrier waits until subscribers hear what is emitted`() async throws {
        try await withSimulation(seed: 6) { simulation in
            let world = try NodeWorld(simulation, 2)
            world.connect(0, 1)
            let node = world.nodes[0]
            simulation.start {
                try? await node.waitFor(subscribers: 1, of: "n")
                node.emit("n", 7)
            }
            simulation.run(for: .seconds(5))
            world.listen(1)
            simulation.run(for: .seconds(1))
            #expect(world.heard[1] == ["n0": [7]])
            await #expect(throws: HarkError.self) {
                try await simulation.run { try await node.waitFor(subscribers: 2, of: "n", within: .seconds(1)) }
            }
            try await world.end()
        }
    }

    @Test func `what listeners emit when several nodes appear at once arrives whole`() async throws {
        try await withSimulation(seed: 13) { simulation in
            let world = try NodeWorld(simulation, 5)
            world.connect(0, 1)
            world.connect(2, 3)
            world.connect(3, 4)
            var heard: [String: String] = [:]
            try world.nodes[1].on(matching: "hello.*") { event in heard[event.name] = try event.decode(String.self) }
            simulation.run(for: .seconds(5))
            world.nodes[0].on(.nodeJoined) { id in world.nodes[0].emit("hello.\(id)", "I am n0, you are \(id)") }
            world.nodes[0].on(.error) { _ in Issue.record("a connection was ended") }
            world.connect(1, 2)
            simulation.run(for: .seconds(5))
            #expect(
                heard == Dictionary(uniqueKeysWithValues: (2...4).map { ("hello.n\($0)", "I am n0, you are n\($0)") }))
            try await world.end()
        }
    }

    @Test func `a relay that has listened once counts one event, and passes on the others`() async throws {
        try await withSimulation(seed: 17) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.connect(0, 1)
            world.connect(1, 2)
            world.listen(2)
            world.nodes[1].once("n") { (_: Int) in }
            try world.ready(0, 2)
            for number in 0..<5 {
                world.nodes[0].emit("n", number)
                simulation.run(for: .milliseconds(100))
            }
            #expect(world.nodes[1].statistics.received == 1)
            #expect(world.heard[2] == ["n0": [0, 1, 2, 3, 4]])
            try await world.end()
        }
    }

    @Test func `what is kept for a node that is away is queued`() async throws {
        try await withSimulation(seed: 18) { simulation in
            let world = try NodeWorld(simulation, 2)
            let peer = world.connect(1, 0)
            world.listen(1)
            try await simulation.run { try await world.nodes[0].waitFor(subscribers: 1, of: "n") }
            peer.end()
            simulation.run(for: .seconds(1))
            for number in 0..<3 { #expect(world.nodes[0].emit("n", number) == .queued) }
            world.connect(1, 0)
            simulation.run(for: .seconds(1))
            #expect(world.heard[1] == ["n0": [0, 1, 2]])
            try await world.end()
        }
    }

    @Test func `events wait for the first neighbour`() async throws {
        try await withSimulation(seed: 7) { simulation in
            let world = try NodeWorld(simulation, 2)
            world.listen(1)
            world.connect(0, 1)
            #expect(world.nodes[0].emit("n", 1) == .queued)
            simulation.run(for: .seconds(1))
            #expect(world.heard[1] == ["n0": [1]])
            try await world.end()
        }
    }

    @Test func `a peer that backs off can be ended`() async throws {
        try await withSimulation(seed: 8) { simulation in
            let world = try NodeWorld(simulation, 1)
            var kinds: [String] = []
            world.nodes[0].on(.peer) { happening in kinds.append("\(happening.kind)".prefix { $0 != "(" }.description) }
            world.nodes[0].on(.error) { _ in }
            let peer = world.nodes[0].connect(to: .tcp("nowhere", port: 1))
            try simulation.run(within: .seconds(60)) { peer.state == .backingOff }
            peer.end()
            simulation.run(for: .seconds(60))
            #expect(peer.state == .ended)
            #expect(world.nodes[0].peers.isEmpty)
            #expect(kinds.contains("backoff") && kinds.last == "end")
            try await world.end()
        }
    }

    @Test func `a node of another channel is refused and lives on`() async throws {
        try await withSimulation(seed: 9) { simulation in
            let world = try NodeWorld(simulation, 1)
            var options = simulation.nodeOptions(id: "stranger")
            options.channel = "other"
            let stranger = Node(options: options)
            var errors: [HarkError] = []
            world.nodes[0].on(.error) { errors.append($0) }
            stranger.on(.error) { _ in }
            stranger.connect(9_000, "n0")
            try simulation.run(within: .seconds(60)) { !errors.isEmpty }
            #expect(errors[0].message.contains("other"))
            #expect(world.nodes[0].nodes.isEmpty)
            try await simulation.run { await stranger.end() }
            try await world.end()
        }
    }

    @Test func `of two nodes with one id the second is refused`() async throws {
        try await withSimulation(seed: 10) { simulation in
            let world = try NodeWorld(simulation, 1)
            let twin = Node(options: simulation.nodeOptions(id: "n0"))
            var errors: [HarkError] = []
            twin.on(.error) { errors.append($0) }
            world.nodes[0].on(.error) { _ in }
            twin.connect(9_000, "n0")
            try simulation.run(within: .seconds(60)) { errors.contains { $0.code == .duplicate } }
            try await simulation.run { await twin.end() }
            try await world.end()
        }
    }

    @Test func `no more peers than allowed`() async throws {
        try await withSimulation(seed: 11) { simulation in
            let world = try NodeWorld(simulation, 4) { $0.maxPeers = 2 }
            for node in world.nodes { node.on(.error) { _ in } }
            for index in 1..<4 { world.connect(index, 0) }
            simulation.run(for: .seconds(10))
            #expect(world.nodes[0].peers.count == 2)
            try await world.end()
        }
    }

    @Test func `with hop limit 0 only neighbours hear`() async throws {
        try await withSimulation(seed: 12) { simulation in
            let world = try NodeWorld(simulation, 3) { $0.hopLimit = 0 }
            world.listen()
            world.connect(0, 1)
            world.connect(1, 2)
            try world.ready(0, 1)
            simulation.run(for: .seconds(10))
            world.nodes[0].emit("n", 1)
            simulation.run(for: .seconds(1))
            #expect(world.heard == [[:], ["n0": [1]], [:]])
            try await world.end()
        }
    }

    @Test func `who waits for room goes on when the neighbour that held it up is gone`() async throws {
        try await withSimulation(seed: 13) { simulation in
            let world = try NodeWorld(simulation, 2)
            world.nodes[1].on("text") { (_: String) in }
            let peer = world.connect(0, 1)
            try simulation.run(within: .seconds(60)) { world.nodes[0].subscriberCount(of: "text") == 1 }
            let text = String(repeating: "x", count: 100_000)
            for _ in 0..<20 { world.nodes[0].emit("text", text) }
            var hasRoom = false
            simulation.start {
                try? await world.nodes[0].drained()
                hasRoom = true
            }
            simulation.settle()
            #expect(!hasRoom)
            peer.end()
            simulation.settle()
            #expect(hasRoom)
            try await world.end()
        }
    }

    @Test func `a node is empty when what was emitted before its first connection has been sent`() async throws {
        try await withSimulation(seed: 14) { simulation in
            let world = try NodeWorld(simulation, 2)
            world.listen(1)
            try await world.nodes[0].emptied()
            world.connect(0, 1)
            try await world.nodes[0].emptied()
            world.nodes[0].emit("n", 1)
            var isEmpty = false
            simulation.start {
                try? await world.nodes[0].emptied()
                isEmpty = true
            }
            simulation.settle()
            #expect(!isEmpty)
            try simulation.run(within: .seconds(60)) { isEmpty }
            simulation.run(for: .seconds(1))
            #expect(world.heard[1] == ["n0": [1]])
            try await world.end()
        }
    }

    @Test func `what is emitted while a connection is made arrives without a gap`() async throws {
        for seed in 15..<35 {
            try await withSimulation(seed: UInt64(seed)) { simulation in
                let world = try NodeWorld(simulation, 2)
                world.listen(1)
                world.connect(0, 1)
                for number in 0..<200 {
                    world.nodes[0].emit("n", number)
                    simulation.run(for: .milliseconds(1))
                }
                simulation.run(for: .seconds(1))
                #expect(world.heard[1] == ["n0": Array(0..<200)])
                try await world.end()
            }
        }
    }
}
