import Captures
import Foundation
import Hark
import HarkTesting
import Testing

/// What passes over the wire, and what does not.
struct SocketIPCGatewayTests {
    @Test func `messages travel both ways by topic, in order`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, peer) = try world.connected()
            var answered: [Int] = []
            client.on("pong") { (number: Int) in answered.append(number) }
            for number in 1...100 { client.emit("ping", number) }
            for number in 1...99 { peer.send("pong", number) }
            world.server.send("pong", 100, to: peer.id)
            try simulation.run { world.heard.count == 100 && answered.count == 100 }
            #expect(world.heard == (1...100).map { "ping \($0)" } && answered == Array(1...100))
            #expect(client.statistics.written == 100 && client.statistics.acknowledged == 0)
            #expect(world.errors.isEmpty)
        }
    }

    @Test func `a peer is called by a random UUID that never travels`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let raw = try world.world.raw()
            simulation.run(for: .seconds(1))
            let peer = try #require(world.server.peers.first)
            #expect(UUID(uuidString: peer.id)?.uuidString.lowercased() == peer.id)
            let digits = Array(peer.id)
            #expect(digits[14] == "4" && "89ab".contains(digits[19]))
            #expect(world.server.peer(peer.id) === peer)
            #expect(raw.bytes.isEmpty)
            let (client, other) = try world.connected()
            #expect(client.peerID == nil && other.id != peer.id)
        }
    }

    @Test func `a broadcast is the same on every connection, in order with what is sent to one`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            #expect(world.server.broadcast("nobody", 1) == .noListeners)
            let raws = try (0..<3).map { _ in try world.world.raw() }
            simulation.run(for: .seconds(1))
            world.server.broadcast("all", 1)
            for peer in world.server.peers { peer.send("one") }
            world.server.broadcast("all", "b")
            simulation.run(for: .seconds(1))
            let expected =
                "{\"topic\":\"all\",\"message\":1}\0\0{\"topic\":\"one\"}\0\0{\"topic\":\"all\",\"message\":\"b\"}\0\0"
            #expect(raws.allSatisfy { String(decoding: $0.bytes, as: UTF8.self) == expected })
            #expect(world.errors.isEmpty)
        }
    }

    @Test func `what original clients have sent is heard by a server`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            for (name, capture) in try Capture.all(in: "SocketIPC") {
                let sent = capture.bytes(from: "client")
                guard !sent.isEmpty else { continue }
                let before = world.heard.count
                let raw = try world.world.raw()
                try world.send(sent, over: raw)
                #expect(world.heard.count > before && world.errors.isEmpty && raw.error == nil, "\(name)")
                raw.connection.close()
            }
            #expect(world.heard.contains("é 漢 3") && world.heard.contains("undefined 2") && world.heard.contains(" 1"))
        }
    }

    @Test func `what an original server has sent is heard by a client, and sent again the same`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            for (name, capture) in try Capture.all(in: "SocketIPC") {
                let sent = capture.bytes(from: "server")
                guard !sent.isEmpty else { continue }
                let scripted = try SocketIPCWorld.scripted(simulation, at: "/\(name)")
                let client = Client(to: scripted.endpoint, options: world.client().options)
                // Says what it hears.
                client.onAny { client.emit($0.name, values: try $0.arguments) }
                client.connect()
                try simulation.run { scripted.peers.first != nil }
                try world.send(sent, over: scripted.peers[0])
                #expect(scripted.peers[0].bytes == sent, "\(name)")
                simulation.start { await client.close() }
                simulation.run(for: .seconds(10))
            }
        }
    }

    @Test func `characters and delimiters may be cut anywhere`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let raw = try world.world.raw()
            let bytes = Array("{\"topic\":\"é漢\",\"message\":\"😀\"}\0\0".utf8)
            for byte in bytes {
                try raw.send([byte])
                simulation.run(for: .milliseconds(10))
            }
            #expect(world.heard == ["é漢 \"😀\""])
        }
    }

    @Test func `messages and topics keep to the limits that are set, larger or smaller than the defaults`() async throws
    {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation) { options in
                options.limits.frameByteCount = 3 << 20
                options.limits.nameCount = 2
            }
            let raw = try world.world.raw()
            for name in ["a", "b", "c", "d", "a"] {
                try world.send(SocketIPCWorld.bytes("{\"topic\":\"\(name)\",\"message\":1}"), over: raw)
            }
            // Three times as long as CBOR.
            let numbers = Array(repeating: "0.5", count: 300_000).joined(separator: ",")
            try world.send(SocketIPCWorld.bytes("{\"topic\":\"long\",\"message\":[\(numbers)]}"), over: raw)
            #expect(world.heard.prefix(5) == ["a 1", "b 1", "c 1", "d 1", "a 1"])
            #expect(world.heard.count == 6 && world.errors.isEmpty && world.server.peers.count == 1)
        }
    }

    @Test func `who sends more than is worked on has to wait, and loses nothing`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation) { $0.limits.windowEventCount = 400 }
            var waiting: [CheckedContinuation<Void, Never>] = []
            world.server.on("n") { (_: Int) async in await withCheckedContinuation { waiting.append($0) } }
            let (client, _) = try world.connected()
            for number in 0..<5_000 { client.emit("n", number) }
            simulation.run(for: .seconds(5))
            for _ in 0..<200 where world.heard.count < 5_000 {
                let done = waiting
                waiting = []
                for continuation in done { continuation.resume() }
                simulation.run(for: .milliseconds(200))
            }
            #expect(world.heard == (0..<5_000).map { "n \($0)" } && client.isConnected)
            for continuation in waiting { continuation.resume() }
        }
    }

    @Test(arguments: Simulation.seeds(20), [false, true])
    func `over a network that breaks, nothing comes twice or out of order`(
        _ seed: UInt64, _ queuesOffline: Bool
    ) async throws {
        try await withSimulation(seed: seed, conditions: .hostile) { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client(.socketIPC(queuesOffline: queuesOffline))
            var numbers: [Int] = []
            world.server.on("n") { (number: Int) in numbers.append(number) }
            client.connect()
            for number in 0..<500 {
                client.emit("n", number)
                simulation.run(for: .milliseconds(20))
            }
            simulation.run(for: .seconds(30))
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy(<))
            let statistics = client.statistics
            #expect(statistics.emitted == 500 && numbers.count <= statistics.written)
            #expect(statistics.written + statistics.inFlight + statistics.dropped.values.reduce(0, +) == 500)
            #expect(queuesOffline ? statistics.dropped.isEmpty : Set(statistics.dropped.keys) == [.notConnected])
            try await simulation.run { await client.close() }
        }
    }

    @Test func `a message without an argument has no message, and more than one argument is refused`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, peer) = try world.connected()
            var errors: [HarkError] = []
            client.on(.error) { errors.append($0) }
            #expect(client.emit("none") == .written)
            #expect(client.emit("two", 1, 2) == .dropped(.tooManyArguments))
            #expect(world.server.broadcast("two", 1, "b") == .dropped(.tooManyArguments))
            #expect(peer.send("two", 3, 4) == .dropped(.tooManyArguments))
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["none"])
            #expect(
                errors.map(\.code) == [.arguments] && errors.first?.event == "two" && errors.first?.values == [1, 2])
            #expect(world.errors.map(\.code) == [.arguments, .arguments])
            #expect(world.errors.map(\.values) == [[1, "b"], [3, 4]] && world.errors.map(\.peer) == [nil, peer.id])
        }
    }

    @Test func `an empty topic is sent as none`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, _) = try world.connected()
            client.emit("", 1)
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["none 1"])
        }
    }

    @Test func `requests and shared values are not on this wire`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, _) = try world.connected()
            await #expect { try await simulation.run { try await client.request("sum", values: []) } } throws: {
                ($0 as? HarkError)?.code == .unsupported
            }
            #expect(throws: HarkError.self) { try client.data.set("a", 1) }
        }
    }
}
