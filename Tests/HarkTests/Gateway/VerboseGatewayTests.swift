import Hark
import HarkTesting
import Testing

/// Two ends of ours, and what a node is told.
@EventLoop
@Suite struct VerboseGatewayTests {
    @Test func `two nodes know each other's names, and messages pass in both directions`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, peer) = try world.connected()
            #expect(peer.id == "C" && client.peerID == "L" && peer.dialect.description == "verbose")
            #expect(
                Set(world.takeTold()) == ["client is L", "peer C is C", "client initialized", "peer C initialized"])
            client.emit("message", "id-1", ["X", "Y"], "greet", 1, 0.5, "é\"", [true, nil] as Value)
            peer.tell("id-2", "back", 2)
            simulation.run(for: .milliseconds(100))
            #expect(world.heardThere == ["id-1 <X> <Y> \"greet\" 1 0.5 \"é\\\"\" [true,null]"])
            #expect(world.heardHere == ["id-2 \"back\" 2"])
            #expect(client.statistics.written == 1 && client.statistics.inFlight == 0)
            world.close(client)
        }
    }

    @Test func `nothing but messages passes`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, peer) = try world.connected()
            #expect(client.emit("peerid", 1) == .dropped(.reservedName))
            #expect(client.emit(EventKey<Int>("messages"), 1) == .dropped(.reservedName))
            #expect(peer.emit("error", 1) == .dropped(.reservedName))
            #expect(world.server.emit("news", 1) == .dropped(.reservedName))
            #expect(world.server.tell("for-all") == .written)
            #expect(client.statistics.dropped == [.reservedName: 2])
            simulation.run(for: .milliseconds(100))
            #expect(world.heardHere == ["for-all \"event\" 1"])
            await #expect(throws: HarkError.self) { try await client.emit("message", ack: .within(.seconds(1))) }
            world.close(client)
        }
    }

    @Test func `what is no message is told and counts as gone`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, _) = try world.connected()
            _ = world.takeTold()
            client.emit("message", 1)
            client.tell("after")
            simulation.run(for: .milliseconds(100))
            #expect(world.takeTold() == ["error arguments"])
            #expect(world.heardThere == ["after \"event\" 1"] && client.statistics.written == 2)
            world.close(client)
        }
    }

    @Test func `what has arrived is acknowledged every second, for ever`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, _) = try world.connected()
            _ = world.takeTold()
            simulation.run(for: .seconds(5))
            #expect(world.takeTold().isEmpty)
            for n in 1...3 { client.tell("id-\(n)") }
            simulation.run(for: .milliseconds(2_500))
            let told = world.takeTold()
            #expect(Set(told) == ["client acked id-3"] && (2...3).contains(told.count))
            simulation.run(for: .seconds(600))
            #expect((590...610).contains(world.takeTold().count) && client.isConnected)
            world.close(client)
        }
    }

    @Test func `many messages are acknowledged before a second is over`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, _) = try world.connected()
            simulation.run(for: .milliseconds(1_100))
            _ = world.takeTold()
            for n in 1...300 { client.tell("\(n)") }
            simulation.run(for: .milliseconds(300))
            #expect(world.takeTold().contains { $0.hasPrefix("client acked") })
            world.close(client)
        }
    }

    @Test func `a lost connection loses and repeats nothing, and both sides keep what they emit`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, peer) = try world.connected()
            for n in 1...20 {
                client.tell("c\(n)", "event", n)
                peer.tell("s\(n)", "event", n)
                if n % 5 == 0 { simulation.network.cutAll() }
                simulation.run(for: .milliseconds(n % 3 == 0 ? 700 : 3))
            }
            simulation.run(for: .seconds(5))
            #expect(world.heardThere == (1...20).map { "c\($0) \"event\" \($0)" })
            #expect(world.heardHere == (1...20).map { "s\($0) \"event\" \($0)" })
            #expect(world.server.peer("C") === peer && peer.resumption == .resumed && client.resumption == .resumed)
            world.close(client)
        }
    }

    @Test func `a lost peer is kept as long as the timeout`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (client, peer) = try world.connected()
            simulation.start { await client.disconnect() }
            simulation.run(for: .seconds(30))
            #expect(world.server.peer("C") === peer)
            #expect(peer.tell("kept") != .dropped(.closed))
            client.connect()
            simulation.run(for: .seconds(2))
            #expect(world.heardHere == ["kept \"event\" 1"])
            simulation.start { await client.disconnect() }
            simulation.run(for: .seconds(61))
            #expect(world.server.peer("C") == nil && peer.isClosed)
            client.connect()
            simulation.run(for: .seconds(2))
            #expect(world.server.peer("C") != nil && client.isConnected)
            world.close(client)
        }
    }

    @Test func `a second connection of a node ends the first, and its peer goes on`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (first, peer) = try world.connected()
            first.on(.disconnect) { _ in EventLoop.task { await first.close() } }
            peer.tell("early")
            simulation.run(for: .milliseconds(100))
            let (second, same) = try world.connected()
            simulation.run(for: .seconds(1))
            #expect(same === peer && world.server.peers.count == 1)
            #expect(second.isConnected && !first.isConnected)
            peer.tell("later")
            simulation.run(for: .milliseconds(100))
            #expect(world.heardHere.last == "later \"event\" 1")
            world.close(second)
        }
    }

    @Test func `a second connection of a node ends the first without sessions as well`() async throws {
        try await withSimulation { simulation in
            var options = simulation.serverOptions()
            options.dialect = .verbose
            options.sessions = .none
            options.logger = World.silence
            let server = Server(options: options)
            let endpoint = try await server.listen(on: .tcp(port: 0))
            @EventLoop func raw() throws -> RawPeer {
                var peer: RawPeer?
                _ = simulation.network.dial(endpoint) { result in peer = (try? result.get()).map(RawPeer.init) }
                try simulation.run { peer != nil }
                let found = try #require(peer)
                try found.say("[[\"peerid\",\"DEFAULT_CHANNEL\",\"N\"],[\"sync\",null,null]")
                simulation.run(for: .milliseconds(300))
                return found
            }
            let first = try raw()
            let peer = try #require(server.peer("N"))
            let second = try raw()
            #expect(peer.isClosed && first.ended.count == 1 && second.ended.count == 0)
            #expect(server.peers.map(\.id) == ["N"])
            simulation.start { await server.close() }
            simulation.run(for: .seconds(10))
        }
    }

    @Test func `a client dials again as Fibonacci has it`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let client = world.client(to: .unix("/nobody"))
            var delays: [Duration] = []
            client.on(.backoff) { delays.append($0.delay) }
            client.connect()
            simulation.run(for: .seconds(60))
            let expected = [100, 100, 200, 300, 500, 800, 1_300, 2_100, 3_400, 5_500, 8_900, 10_000, 10_000]
            #expect(Array(delays.prefix(13)) == expected.map { Duration.milliseconds($0) })
            world.close(client)
        }
    }

    @Test func `a server that speaks several dialects knows nodes by their first words`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialects = [.native, .uhura, .verbose] }
            var arrived: [String] = []
            world.server.onConnection { arrived.append($0.dialect.description) }
            let client = world.client { $0.dialect = .verbose }
            client.connect()
            simulation.run(for: .seconds(2))
            let lines = try world.raw()
            try lines.say("[\"peerid\",\"DEFAULT_CHANNEL\",\"N\"]\n[\"sync\",null,null]")
            simulation.run(for: .seconds(1))
            #expect(arrived == ["verbose", "verbose"] && client.isConnected && world.server.peer("N") != nil)
            #expect(lines.text.hasPrefix("[\"peerid\",\"DEFAULT_CHANNEL\",\"\(client.peerID ?? "")\"]\n[\"sync\""))
            simulation.start { await client.close() }
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
        }
    }
}
