import Hark
import HarkTesting
import Testing

/// Messages in a form of the application's own.
struct TranscoderGatewayTests {
    private let dialect = Dialect.socketIPC(transcoder: BinaryTranscoder())

    @Test(arguments: Simulation.seeds(20))
    func `messages travel both ways however they are cut`(seed: UInt64) async throws {
        try await withSimulation(seed: seed, conditions: .narrow) { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let (client, peer) = try world.connected(dialect)
            let (other, _) = try world.connected(dialect)
            var answers: [String] = []
            client.on("a") { (text: String) in answers.append(text) }
            for number in 1...20 {
                client.emit("c", "\(number)")
                other.emit("o", "\(number)")
                peer.send("a", "\(number)")
            }
            try simulation.run { world.heard.count == 40 && answers.count == 20 }
            #expect(world.heard.filter { $0.hasPrefix("c") } == (1...20).map { "c \"\($0)\"" })
            #expect(world.heard.filter { $0.hasPrefix("o") } == (1...20).map { "o \"\($0)\"" })
            #expect(answers == (1...20).map { "\($0)" })
        }
    }

    @Test func `what is on the wire is what the transcoder writes`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let raw = try world.world.raw()
            simulation.run(for: .seconds(1))
            world.server.broadcast("a", "b")
            world.server.broadcast("", "c")
            simulation.run(for: .seconds(1))
            #expect(raw.bytes == BinaryTranscoder.encoded("a", "b") + BinaryTranscoder.encoded("none", "c"))
            try raw.send(BinaryTranscoder.encoded("", "x"))
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["undefined \"x\""])
        }
    }

    @Test func `a message that the transcoder skips is neither sent nor an error`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let (client, _) = try world.connected(dialect)
            client.emit("skip", "x")
            client.emit("a", "y")
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["a \"y\""] && client.statistics.written == 2)
        }
    }

    @Test func `a message that the transcoder refuses is told each time, and others are sent`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let (client, peer) = try world.connected(dialect)
            var errors: [HarkError] = []
            client.on(.error) { errors.append($0) }
            client.emit("bad", 1)
            client.emit("bad", 2)
            client.emit("good", "x")
            peer.send("bad", 3)
            simulation.run(for: .seconds(1))
            #expect(errors.map(\.code) == [.arguments, .arguments] && errors.map(\.values) == [[1], [2]])
            #expect(errors.allSatisfy { $0.event == "bad" && $0.cause is BinaryTranscoder.Refusal })
            #expect(world.errors.map(\.peer) == [peer.id] && world.heard == ["good \"x\""])
        }
    }

    @Test(arguments: [false, true])
    func `who hears of a refused message may reconnect at once, and what is not refused arrives once`(
        _ queuesOffline: Bool
    ) async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let (client, _) = try world.connected(
                .socketIPC(transcoder: BinaryTranscoder(), queuesOffline: queuesOffline))
            client.on(.error) { if $0.code == .arguments { client.reconnect() } }
            client.emit("a", "1")
            client.emit("bad", 5)
            client.emit("a", "2")
            try simulation.run { world.heard.count == 2 && client.isConnected }
            client.emit("a", "3")
            simulation.run(for: .seconds(5))
            #expect(world.heard == ["a \"1\"", "a \"2\"", "a \"3\""] && client.statistics.written == 4)
        }
    }

    @Test func `a decoder that throws loses what it threw for, and goes on with the next bytes`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let raw = try world.world.raw()
            try raw.send(BinaryTranscoder.encoded("a", "1") + BinaryTranscoder.encoded("thrown", ""))
            simulation.run(for: .seconds(1))
            try raw.send(BinaryTranscoder.encoded("b", "2"))
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["a \"1\"", "b \"2\""] && world.errors.map(\.code) == [.decode])
        }
    }

    @Test func `what the decoder refuses is passed over, and 16 times closes that connection only`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation, dialect)
            let (client, _) = try world.connected(dialect)
            let raw = try world.world.raw()
            simulation.run(for: .seconds(1))
            let bad = BinaryTranscoder.encoded("refused", "")
            try raw.send(BinaryTranscoder.encoded("a", "1") + bad + BinaryTranscoder.encoded("b", "2"))
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["a \"1\"", "b \"2\""] && world.errors.map(\.code) == [.decode])
            #expect(world.errors.first?.bytes?.isEmpty == false && world.errors.first?.peer != nil)
            for _ in 1...15 { try raw.send(bad) }
            client.emit("c", "3")
            simulation.run(for: .seconds(1))
            #expect(world.heard.last == "c \"3\"" && client.isConnected && world.server.peers.count == 1)
            #expect(world.errors.count == 16 && world.errors.last?.code == .protocolViolation)
        }
    }
}
