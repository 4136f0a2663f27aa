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

    @Test func `what is broadcast is the same on every connection, in its order with what is sent to one`() async throws
    {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            #expect(world.server.broadcast("nobody", 1) == .noListeners)
            let raws = try (0..<3).map { _ in try world.world.raw() }
            simulation.run(for: .seconds(1))
            world.server.broadcast("all", 1)
            for peer in world.server.peers { peer.send("one") }
            world.server.broadcast("all", "two")
            simulation.run(for: .seconds(1))
            let expected =
                "{\"topic\":\"all\",\"message\":1}\0\0{\"topic\":\"one\"}\0\0{\"topic\":\"all\",\"message\":\"two\"}\0\0"
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
            #expect(errors.map(\.code) == [.arguments] && errors[0].event == "two" && errors[0].values == [1, 2])
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
