import Hark
import HarkTesting
import Testing

/// What is on the wire, and when: our two ends against bytes.
@EventLoop
@Suite struct VerboseWireTests {
    private static func peerID(_ name: String) -> String { "[\"peerid\",\"DEFAULT_CHANNEL\",\"\(name)\"]" }

    private static func message(_ id: String) -> String {
        "[\"message\",{\"pl\":[\"event\",1],\"meta\":{\"_nodes\":[],\"_id\":\"\(id)\"}}]"
    }

    private static let arrayGreeting = "[\n" + peerID("L")

    // MARK: Holding back

    @Test func `a listener lets the other side speak first, and answers in its form`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let lines = try world.world.raw()
            simulation.run(for: .milliseconds(100))
            #expect(lines.bytes.isEmpty)
            try lines.say(Self.peerID("N"))
            simulation.run(for: .milliseconds(30))
            #expect(lines.text == Self.peerID("L"))
            // Its own sync waits for that of the other side, or another while.
            simulation.run(for: .milliseconds(300))
            #expect(lines.text == Self.peerID("L") + "\n[\"sync\",null,null]")
            try lines.say("\n[\"sync\",null,null]\n" + Self.message("m"))
            simulation.run(for: .milliseconds(50))
            #expect(world.heardThere == ["m \"event\" 1"])
            world.close()
        }
    }

    @Test func `who hears nothing speaks first, in an array`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let raw = try world.world.raw()
            simulation.run(for: .milliseconds(250))
            #expect(raw.text == Self.arrayGreeting)
            let (endpoint, raws, acceptor) = try world.original()
            let client = world.client(to: endpoint)
            client.connect()
            simulation.run(for: .milliseconds(100))
            #expect(raws().first?.bytes.isEmpty == true)
            simulation.run(for: .milliseconds(200))
            #expect(raws().first?.text == "[\n" + Self.peerID("C"))
            acceptor.close()
            world.close(client)
        }
    }

    // MARK: Sync

    @Test func `a connecting side does not wait with its sync, and emits when it has the other's`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (endpoint, raws, acceptor) = try world.original()
            let client = world.client(to: endpoint)
            client.tell("early")
            client.connect()
            simulation.run(for: .milliseconds(20))
            let raw = try #require(raws().first)
            try raw.say("[\n" + Self.peerID("O"))
            simulation.run(for: .milliseconds(30))
            let greeting = "[\n" + Self.peerID("C") + "\n,\n[\"sync\",null,null]"
            #expect(raw.text == greeting && !client.isConnected)
            #expect(world.takeTold() == ["client is O"])
            try raw.say("\n,\n[\"sync\",null,null]")
            simulation.run(for: .milliseconds(30))
            #expect(raw.text == greeting + "\n,\n" + Self.message("early"))
            #expect(client.isConnected && world.takeTold() == ["client initialized"])
            acceptor.close()
            world.close(client)
        }
    }

    @Test func `a server emits only when both have said what they have`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            world.server.onConnection { peer in for n in 1...3 { peer.tell("\(n)") } }
            let raw = try world.world.raw()
            try raw.say("[\n" + Self.peerID("N"))
            simulation.run(for: .milliseconds(500))
            let greeting = Self.arrayGreeting + "\n,\n[\"sync\",null,null]"
            #expect(raw.text == greeting)
            #expect(world.takeTold() == ["peer N is N"])
            try raw.say("\n,\n[\"sync\",null,null]")
            simulation.run(for: .milliseconds(50))
            #expect(raw.text == greeting + ["1", "2", "3"].map { "\n,\n" + Self.message($0) }.joined())
            world.server.peer("N")?.tell("4")
            simulation.run(for: .milliseconds(50))
            #expect(raw.text.hasSuffix(Self.message("3") + "\n,\n" + Self.message("4")))
            world.close()
        }
    }

    /// A connection of the node `N` to the server.
    private func connect(_ world: VerboseWorld, _ sync: String) throws -> RawPeer {
        let raw = try world.world.raw()
        try raw.say("[\n" + Self.peerID("N") + "\n,\n" + sync)
        world.simulation.run(for: .milliseconds(100))
        return raw
    }

    @Test func `a listener answers a node that was here before with the last message of it`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            // It was restarted, and the node remembers: what it has kept it sends now.
            let first = try connect(world, "[\"sync\",\"x\",true]")
            #expect(first.text == Self.arrayGreeting + "\n,\n[\"sync\",null,true]")
            try first.say("\n,\n" + Self.message("m1") + "\n,\n" + Self.message("m2"))
            simulation.run(for: .milliseconds(50))
            first.connection.close()
            simulation.run(for: .milliseconds(50))
            let second = try connect(world, "[\"sync\",null,true]")
            #expect(second.text == Self.arrayGreeting + "\n,\n[\"sync\",\"m2\",true]")
            second.connection.close()
            simulation.run(for: .milliseconds(50))
            // The node was restarted and remembers nothing: it would send its queue twice.
            let third = try connect(world, "[\"sync\",null,null]")
            #expect(third.text == Self.arrayGreeting + "\n,\n[\"sync\",null,null]")
            simulation.run(for: .seconds(2))
            #expect(!third.text.contains("\"ack\""))
            world.close()
        }
    }

    @Test func `a listener that has waited long enough takes it that the node remembers`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let first = try connect(world, "[\"sync\",null,null]\n,\n" + Self.message("m1"))
            first.connection.close()
            simulation.run(for: .milliseconds(50))
            let second = try world.world.raw()
            try second.say("[\n" + Self.peerID("N"))
            simulation.run(for: .milliseconds(300))
            #expect(second.text == Self.arrayGreeting + "\n,\n[\"sync\",\"m1\",true]")
            world.close()
        }
    }

    @Test func `what a node does not have comes again, with the id that it had`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            var raw = try connect(world, "[\"sync\",null,null]")
            let peer = try #require(world.server.peer("N"))
            for n in 1...4 { peer.tell("\(n)") }
            simulation.run(for: .milliseconds(50))
            try raw.say("\n,\n[\"ack\",\"1\"]\n,\n[\"ack\",\"unknown\"]")
            simulation.run(for: .milliseconds(50))
            raw.connection.close()
            peer.tell("5")
            simulation.run(for: .milliseconds(50))
            @EventLoop func resent(_ numbers: ClosedRange<Int>) -> String {
                numbers.map { "\n,\n" + Self.message("\($0)") }.joined()
            }
            raw = try connect(world, "[\"sync\",\"2\",true]")
            #expect(raw.text == Self.arrayGreeting + "\n,\n[\"sync\",null,true]" + resent(3...5))
            raw.connection.close()
            simulation.run(for: .milliseconds(50))
            // It was restarted, or knows no such id: everything comes again.
            raw = try connect(world, "[\"sync\",null,null]")
            #expect(raw.text == Self.arrayGreeting + "\n,\n[\"sync\",null,null]" + resent(3...5))
            #expect(world.server.peer("N") === peer && peer.statistics.written == 5)
            world.close()
        }
    }

    @Test func `a client says what it has, and sends again what a restarted node has lost`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let (endpoint, raws, acceptor) = try world.original()
            let client = world.client(to: endpoint)
            client.connect()
            var isFirst = true
            @EventLoop func answer(_ name: String, _ rest: String = "") throws -> RawPeer {
                let count = raws().count
                while raws().count <= count, count != 1 || !isFirst { try #require(simulation.step()) }
                isFirst = false
                let raw = try #require(raws().last)
                try raw.say("[\n" + Self.peerID(name) + "\n,\n[\"sync\",null,null]" + rest)
                simulation.run(for: .milliseconds(100))
                return raw
            }
            simulation.run(for: .milliseconds(20))
            let first = try answer("O", "\n,\n" + Self.message("m1"))
            client.tell("1")
            simulation.run(for: .milliseconds(50))
            first.connection.close()
            let second = try answer("O")
            let greeting = "[\n" + Self.peerID("C") + "\n,\n[\"sync\","
            #expect(second.text == greeting + "\"m1\",true]\n,\n" + Self.message("1"))
            second.connection.close()
            // What the first one has sent means nothing to another node.
            let third = try answer("P")
            #expect(third.text == greeting + "null,null]\n,\n" + Self.message("1"))
            simulation.run(for: .seconds(3))
            #expect(!third.text.contains("ack"))
            #expect(client.peerID == "P")
            acceptor.close()
            world.close(client)
        }
    }

    // MARK: Peers that never acknowledge

    @Test func `a node that never acknowledges holds nothing up, and the oldest messages are kept no longer`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation) { $0.bufferMax = 50 }
            var raw = try connect(world, "[\"sync\",null,null]")
            let peer = try #require(world.server.peer("N"))
            for n in 1...70_000 {
                peer.tell("\(n)")
                if n % 2_000 == 0 { simulation.run(for: .milliseconds(100)) }
            }
            simulation.run(for: .seconds(2))
            var errors: [String] = []
            peer.on(.error) { errors.append($0.message) }
            #expect(peer.statistics.written == 70_000 && peer.statistics.inFlight == 0)
            #expect(raw.text.hasSuffix(Self.message("70000")))
            raw.connection.close()
            simulation.run(for: .milliseconds(50))
            raw = try connect(world, "[\"sync\",null,true]")
            let resent = raw.text.split(separator: "\n,\n").filter { $0.contains("message") }
            #expect(resent.count == 50 && resent.first.map(String.init) == Self.message("69951"))
            #expect(errors.count == 1 && errors.first?.hasPrefix("69950 messages may not have arrived") == true)
            world.close()
        }
    }

    @Test func `what is older than the buffer's time does not come again`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation) { $0.bufferTimeout = .seconds(10) }
            var raw = try connect(world, "[\"sync\",null,null]")
            let peer = try #require(world.server.peer("N"))
            peer.tell("old")
            simulation.run(for: .seconds(9))
            peer.tell("young")
            simulation.run(for: .milliseconds(950))
            raw.connection.close()
            simulation.run(for: .milliseconds(100))
            raw = try connect(world, "[\"sync\",null,true]")
            #expect(!raw.text.contains("\"old\"") && raw.text.contains("\"young\""))
            world.close()
        }
    }

    // MARK: Time

    @Test func `a handshake that takes too long ends the connection`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let silent = try world.world.raw()
            let half = try world.world.raw()
            try half.say("[\n" + Self.peerID("N"))
            simulation.run(for: .seconds(30))
            // What makes no sense is no sign of life.
            try half.say("\n,\n7")
            simulation.run(for: .seconds(28))
            #expect(silent.ended.count == 0 && half.ended.count == 0)
            _ = world.takeTold()
            simulation.run(for: .seconds(5))
            #expect(silent.ended.count == 1 && half.ended.count == 1)
            #expect(world.takeTold().count { $0.hasSuffix("timed out") } == 2)
            world.close()
        }
    }

    @Test func `silence is death only for a node that has acknowledged something`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let raw = try connect(world, "[\"sync\",null,null]")
            let peer = try #require(world.server.peer("N"))
            peer.tell("1")
            simulation.run(for: .seconds(600))
            #expect(raw.ended.count == 0)
            try raw.say("\n,\n[\"ack\",\"1\"]")
            simulation.run(for: .seconds(50))
            // Anything is a sign of life.
            try raw.say("\n,\n" + Self.message("m"))
            simulation.run(for: .seconds(50))
            #expect(raw.ended.count == 0)
            _ = world.takeTold()
            simulation.run(for: .seconds(15))
            #expect(raw.ended.count == 1 && world.takeTold() == ["peer N timed out"])
            world.close()
        }
    }

    // MARK: What is wrong

    @Test func `another channel is told, and nothing more is said`() async throws {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let raw = try world.world.raw()
            try raw.say("[\n[\"peerid\",\"OTHER\",\"N\"]\n,\n[\"sync\",null,null]\n,\n" + Self.message("m"))
            simulation.run(for: .seconds(5))
            #expect(raw.text == Self.arrayGreeting && raw.ended.count == 0)
            #expect(world.takeTold().first?.hasPrefix("error handshake") == true)
            #expect(world.heardThere.isEmpty && world.server.peers.isEmpty)
            simulation.run(for: .seconds(60))
            #expect(raw.ended.count == 1)
            world.close()
        }
    }

    @Test func `what comes too early or makes no sense is told and passed over, however much of it there is`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await VerboseWorld(simulation)
            let raw = try world.world.raw()
            try raw.say("[\n" + Self.message("early") + "\n,\n" + Self.peerID("N") + "\n,\n[\"ack\",\"x\"]")
            simulation.run(for: .milliseconds(100))
            try raw.say("\n,\n[\"sync\",null,null]")
            simulation.run(for: .milliseconds(100))
            #expect(world.takeTold().count { $0.hasPrefix("error decode") } == 2)
            for n in 1...100 { try raw.say("\n,\n[\"nonsense\",\(n)]") }
            try raw.say(".\n,\n" + Self.peerID("M") + "\n,\n" + Self.message("good"))
            simulation.run(for: .milliseconds(100))
            #expect(world.takeTold().count { $0.hasPrefix("error decode") } == 102)
            #expect(world.heardThere == ["good \"event\" 1"] && raw.ended.count == 0)
            world.close()
        }
    }

    @Test func `a message beyond the limit ends the connection`() async throws {
        try await withSimulation { simulation in
            var limits = Limits()
            limits.frameByteCount = 1_000
            let world = try await VerboseWorld(simulation, limits: limits)
            let raw = try connect(world, "[\"sync\",null,null]")
            try raw.say("\n,\n" + Self.message(String(repeating: "x", count: 1_000)))
            simulation.run(for: .milliseconds(100))
            #expect(raw.ended.count == 1)
            world.close()
        }
    }
}
