import Hark
import HarkTesting
import Testing

/// Who connects to a node may be anybody, and say anything.
@Suite struct NodeAbuseTests {
    /// A native client that is connected to a node, and is none.
    @EventLoop
    private final class Stranger {
        let client: Client
        private(set) var losses: [HarkError] = []

        init(_ world: NodeWorld, to index: Int = 0, will: LastWill? = nil) {
            var options = world.simulation.clientOptions()
            options.logger = World.silence
            options.reconnects = false
            options.lastWill = will
            client = Client(to: .tcp("n\(index)", port: 9_000 + index), options: options)
            client.on(.disconnect) { [unowned self] error in losses.append(error) }
            client.on(.error) { _ in }
            client.connect()
        }

        func say(_ message: Value) { client.emit("hark.mesh.message", message) }

        func end(_ simulation: Simulation) async throws {
            let client = client
            try await simulation.run { await client.close() }
        }
    }

    /// Two nodes that hear each other, whatever strangers do to the first.
    @EventLoop
    private static func withNodes(
        _ seed: UInt64, _ change: @escaping (inout Node.Options) -> Void = { _ in },
        _ body: @escaping @EventLoop (NodeWorld, Simulation) async throws -> Void
    ) async throws {
        try await withSimulation(seed: seed) { simulation in
            let world = try NodeWorld(simulation, 2) {
                $0.logger = World.silence
                change(&$0)
            }
            world.listen()
            for node in world.nodes { node.on(.error) { _ in } }
            world.connect(1, 0)
            for index in 0..<2 { try world.ready(index, 1) }
            try await body(world, simulation)
            for index in 0..<2 { world.nodes[index].emit("n", 7) }
            simulation.run(for: .seconds(1))
            #expect(world.heard[0]["n1"]?.last == 7 && world.heard[1]["n0"]?.last == 7)
            #expect(world.nodes[0].peers.count == 1)
            try await world.end()
        }
    }

    @Test func `who does not say in time that it is a node is sent away with a reason`() async throws {
        try await Self.withNodes(1) { world, simulation in
            var errors: [HarkError] = []
            world.nodes[0].on(.error) { errors.append($0) }
            let stranger = Stranger(world)
            simulation.run(for: .seconds(59))
            #expect(stranger.losses.isEmpty && world.nodes[0].peers.count == 2)
            #expect(world.nodes[0].peers.last?.state == .greeting)
            simulation.run(for: .seconds(3))
            #expect(stranger.losses.first?.message.contains("that it is a node") == true)
            #expect(errors.map(\.code) == [.timeout])
            try await stranger.end(simulation)
        }
    }

    @Test func `who dials a server that is no node is told so, and tries again`() async throws {
        try await withSimulation(seed: 2) { simulation in
            let world = try NodeWorld(simulation, 1) {
                $0.logger = World.silence
                $0.timeout = .seconds(2)
            }
            var options = simulation.serverOptions()
            options.logger = World.silence
            let server = Server(options: options)
            try await server.listen(on: .tcp(port: 7_000))
            var errors: [HarkError] = []
            var kinds: [String] = []
            world.nodes[0].on(.error) { errors.append($0) }
            world.nodes[0].on(.peer) { kinds.append("\($0.kind)".prefix { $0 != "(" }.description) }
            let peer = world.nodes[0].connect(7_000, "plain")
            simulation.run(for: .seconds(20))
            #expect(errors.first?.message.contains("has not said within 2.0 seconds that it is a node") == true)
            #expect(errors.count == 2 || errors.count == 3)
            #expect(kinds.prefix(3) == ["connect", "timeout", "disconnect"] && peer.state != .ended)
            try await simulation.run { await server.close() }
            try await world.end()
        }
    }

    @Test func `nothing that a stranger says harms the others`() async throws {
        for seed in 0..<UInt64(SweepSize.of(quick: 20, full: 500, soak: 10_000)) {
            try await Self.withNodes(seed) { world, simulation in
                for _ in 0..<5 {
                    let stranger = Stranger(world)
                    try simulation.run { stranger.client.isConnected }
                    if Bool.random(using: &simulation.random) { stranger.say([0, 1, "DEFAULT_CHANNEL", "n2", 1]) }
                    for _ in 0..<20 {
                        if simulation.random.isOne(in: 3) {
                            stranger.client.emit("hark.mesh.event", Self.value(&simulation.random))
                        } else if simulation.random.isOne(in: 3) {
                            stranger.client.emit("hark.mesh.event", 0, 0, 0, 0, 2, 0, 97, 0)
                        } else {
                            stranger.say(Self.value(&simulation.random))
                        }
                        if simulation.random.isOne(in: 4) { simulation.run(for: .milliseconds(50)) }
                    }
                    simulation.run(for: .seconds(1))
                    try await stranger.end(simulation)
                }
                simulation.run(for: .seconds(1))
            }
        }
    }

    private static func value(_ random: inout SeededRandom, depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth > 2 ? 5 : 9), using: &random) {
        case 0: .null
        case 1: .int(.random(in: -1...10, using: &random))
        case 2: .int([.max, .min, 1 << 32, 10_001].randomElement(using: &random) ?? 0)
        case 3: .string(["", "n0", "n2", "__proto__"].randomElement(using: &random) ?? "")
        case 4:
            .bytes(Bytes((0..<Int.random(in: 0..<5, using: &random)).map { _ in .random(in: 0..<9, using: &random) }))
        default: .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in value(&random, depth: depth + 1) })
        }
    }

    @Test func `who leaves a last will is no node`() async throws {
        try await Self.withNodes(4) { world, simulation in
            let stranger = Stranger(world, will: LastWill("hark.mesh.event", 0, 0, 0, 0))
            let error = await #expect(throws: HarkError.self) {
                try await simulation.run { try await stranger.client.connected() }
            }
            #expect(error?.message.contains("a node leaves no last will") == true)
            try await stranger.end(simulation)
        }
    }

    @Test func `what is asked for beyond the limit is passed over and told once`() async throws {
        try await Self.withNodes(3) { world, simulation in
            let stranger = Stranger(world)
            stranger.say([0, 1, "DEFAULT_CHANNEL", "n2", 1])
            stranger.say([1, 1, "n2", 1])
            simulation.run(for: .seconds(1))
            #expect(world.nodes[0].nodes.map(\.id) == ["n1", "n2"])
            var errors: [String] = []
            world.nodes[0].on(.error) { errors.append($0.message) }
            for part in 0..<10 {
                let names = (0..<7_000).flatMap { number -> [Value] in
                    [.bytes(Bytes([0] + Array("\(part * 7_000 + number)".utf8))), 1]
                }
                stranger.say(part == 0 ? [4, 1, [1, nil], .array(names)] : [6, [1], .array(names), 0])
                simulation.run(for: .seconds(1))
            }
            #expect(errors.count == 1 && errors.first?.contains("asks for more than 65536 names") == true)
            #expect(stranger.losses.isEmpty && world.nodes[0].nodes.map(\.id) == ["n1", "n2"])
            try await stranger.end(simulation)
            simulation.run(for: .seconds(1))
        }
    }

    @Test func `connections that come and go leave nothing behind`() async throws {
        try await Self.withNodes(4) { world, simulation in
            for round in 0..<100 {
                let stranger = Stranger(world)
                try simulation.run { stranger.client.isConnected }
                if round % 2 == 0 { stranger.say([0, 1, "DEFAULT_CHANNEL", "n2", .int(Int64(round))]) }
                simulation.run(for: .milliseconds(200))
                try await stranger.end(simulation)
            }
            simulation.run(for: .seconds(1))
            #expect(world.nodes[1].nodes.map(\.id) == ["n0"])
        }
    }

    @Test func `two nodes of one id take turns at nothing: the later one stays`() async throws {
        try await Self.withNodes(5) { world, simulation in
            var options = simulation.nodeOptions(id: "n1")
            options.logger = World.silence
            let twin = Node(options: options)
            var codes: Set<HarkError.Code> = []
            twin.on(.error) { codes.insert($0.code) }
            world.nodes[1].on(.error) { codes.insert($0.code) }
            world.nodes[0].on(.error) { codes.insert($0.code) }
            twin.connect(9_000, "n0")
            simulation.run(for: .seconds(30))
            #expect(codes.contains(.duplicate))
            #expect(world.nodes[0].nodes.map(\.id) == ["n1"])
            try await simulation.run { await twin.end() }
            simulation.run(for: .seconds(60))
        }
    }

    @Test func `names of rooms and groups are not too long, nor are requests`() async throws {
        try await Self.withNodes(6) { world, simulation in
            let long = String(repeating: "x", count: 256)
            let node = world.nodes[0]
            #expect(throws: HarkError.self) { try node.join(long) }
            #expect(throws: HarkError.self) { try node.on("job", group: long) { () in } }
            #expect(node.emit("n", 1, in: long) == .noListeners)
            try world.nodes[1].reply(to: "double") { (text: String) in text + text }
            simulation.run(for: .seconds(1))
            var errors: [HarkError.Code] = []
            for count in [2 << 20, 900_000] {
                do {
                    let _: String = try await simulation.run {
                        try await node.request("double", String(repeating: "x", count: count))
                    }
                } catch let error as HarkError { errors.append(error.code) }
            }
            #expect(errors == [.limit, .requestFailed])
        }
    }
}
