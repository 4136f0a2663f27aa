import Hark
import HarkTesting
import Testing

/// The errors that the original documents, each with what it tells.
struct SocketIPCErrorsTests {
    /// A value that cannot be written: it is too deep.
    private static let broken = (0..<100).reduce(Value.null) { value, _ in .array([value]) }

    @Test func `what cannot be encoded is told each time, with its topic`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, peer) = try world.connected()
            var errors: [HarkError] = []
            client.on(.error) { errors.append($0) }
            #expect(client.emit("bad", Self.broken) == .dropped(.notEncodable))
            client.emit("bad", Self.broken)
            world.server.broadcast("bad", Self.broken)
            peer.send("bad", Self.broken)
            client.emit("good", 1)
            simulation.run(for: .seconds(1))
            #expect(errors.map(\.code) == [.arguments, .arguments] && errors.allSatisfy { $0.event == "bad" })
            #expect(world.errors.map(\.code) == [.arguments, .arguments] && world.errors.last?.peer == peer.id)
            #expect(world.heard == ["good 1"])
        }
    }

    @Test func `what is emitted without a server is dropped and told each time`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client()
            var errors: [HarkError] = []
            client.on(.error) { errors.append($0) }
            #expect(client.emit("a", 1) == .dropped(.notConnected))
            client.connect()
            #expect(client.send("b", "two") == .dropped(.notConnected))
            let key = EventKey<Int>("c")
            client.emit(key, 3)
            #expect(errors.map(\.code) == Array(repeating: .notConnected, count: 3))
            #expect(errors.map(\.event) == ["a", "b", "c"] && errors.map(\.values) == [[1], ["two"], [3]])
            try simulation.run { client.isConnected }
            client.emit(key, 4)
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["c 4"] && client.statistics.dropped[.notConnected] == 3)
            client.connection?.close()
            simulation.run(for: .milliseconds(50))
            client.emit(key, 5)
            #expect(errors.last?.code == .notConnected && errors.last?.values == [5])
            try simulation.run { client.isConnected }
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["c 4"])
        }
    }

    @Test func `with a queue what is emitted without a server waits for it, in order`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client(.socketIPC(queuesOffline: true))
            var errors = 0
            client.on(.error) { _ in errors += 1 }
            for number in 1...3 { #expect(client.emit("a", number) == .queued) }
            client.connect()
            try simulation.run { world.heard.count == 3 }
            client.reconnect()
            for number in 4...6 { client.emit("a", number) }
            try simulation.run { world.heard.count == 6 }
            simulation.run(for: .seconds(1))
            #expect(world.heard == (1...6).map { "a \($0)" } && errors == 0)
        }
    }

    @Test(arguments: [false, true])
    func `what waits behind a full socket is dropped with the connection, or kept`(_ queuesOffline: Bool) async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, _) = try world.connected(.socketIPC(queuesOffline: queuesOffline))
            var errors: [HarkError] = []
            client.on(.error) { errors.append($0) }
            simulation.network.partition()
            let text = String(repeating: "x", count: 1_000)
            for number in 0..<1_000 { client.emit("n", "\(number) \(text)") }
            simulation.run(for: .seconds(1))
            let written = client.statistics.written
            #expect(written > 0 && written < 1_000)
            client.connection?.close()
            simulation.network.heal()
            try simulation.run { client.isConnected }
            simulation.run(for: .seconds(10))
            let statistics = client.statistics
            #expect(statistics.inFlight == 0 && statistics.emitted == 1_000)
            if queuesOffline {
                #expect(statistics.written == 1_000)
                #expect(
                    world.heard.suffix(1_000 - written).map { $0.split(separator: " ")[1] }
                        == (written..<1_000).map { "\"\($0)" })
            } else {
                #expect(statistics.written == written && statistics.dropped == [.notConnected: 1_000 - written])
                #expect(errors.contains { $0.code == .notConnected })
                #expect(world.heard.count <= written)
            }
        }
    }

    @Test func `a client that does not read takes no more than the queue, and others hear everything`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation) { $0.limits.queueByteCount = 100_000 }
            let raw = try world.world.raw()
            raw.connection.stopReading()
            let (client, _) = try world.connected()
            var heard = 0
            client.on("n") { (_: String) in heard += 1 }
            let text = String(repeating: "x", count: 1_000)
            for _ in 0..<1_000 {
                world.server.broadcast("n", text)
                simulation.run(for: .milliseconds(20))
            }
            let slow = try #require(world.server.peers.first { $0.statistics.dropped[.queueFull] != nil })
            #expect(heard == 1_000 && slow.statistics.inFlight < 110)
            #expect(slow.statistics.dropped[.queueFull, default: 0] > 700)
        }
    }

    @Test func `a peer that is not there is told each time, with its name`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            #expect(world.server.send("a", 1, to: "nobody") == .dropped(.unknownPeer))
            #expect(world.server.send(EventKey<String>("b"), "x", to: "nobody") == .dropped(.unknownPeer))
            #expect(world.errors.map(\.code) == [.unknownPeer, .unknownPeer])
            #expect(world.errors.map(\.peer) == ["nobody", "nobody"] && world.errors.map(\.event) == ["a", "b"])
            #expect(world.errors.map(\.values) == [[1], ["x"]])
            #expect(world.server.statistics.dropped[.unknownPeer] == 2)
        }
    }

    @Test func `what is sent after the end is told each time, to those who listened before`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, peer) = try world.connected()
            var errors: [HarkError] = []
            var closeCount = 0
            client.on(.error) { errors.append($0) }
            client.on(.close) { closeCount += 1 }
            try await simulation.run { await client.close() }
            #expect(client.emit("a", 1) == .dropped(.closed) && client.send("b") == .dropped(.closed))
            try await simulation.run { await client.close() }
            #expect(errors.map(\.code) == [.closed, .closed] && errors.map(\.event) == ["a", "b"])
            #expect(errors.first?.values == [1] && closeCount == 1)
            try await simulation.run { await world.server.close() }
            #expect(world.server.broadcast("c", 3) == .dropped(.closed))
            #expect(world.server.send("d", 4, to: peer.id) == .dropped(.closed))
            #expect(world.server.emit(EventKey<Int>("e"), 5) == .dropped(.closed))
            #expect(world.errors.map(\.code) == [.closed, .closed, .closed])
            #expect(world.errors.map(\.event) == ["c", "d", "e"] && world.errors.map(\.values) == [[3], [4], [5]])
        }
    }

    @Test func `a listener that sends when it hears of a message not sent hears of its own no more`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client()
            var told: [String] = []
            client.on(.error) { error in
                told.append(error.event ?? "")
                client.send("problem", 1)
            }
            client.send("a", 1)
            client.send("b", 2)
            #expect(told == ["a", "b"] && client.statistics.dropped == [.notConnected: 4])
            try await simulation.run { await client.close() }
            client.send("c", 3)
            #expect(told == ["a", "b", "c"] && client.statistics.dropped == [.notConnected: 4, .closed: 2])
        }
    }

    @Test func `a server that answers with what cannot be sent either, to whomever, is told once`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let peers = try (1...12).map { _ in try world.connected().1 }
            world.server.on(.error) { _ in
                world.server.send("problem", to: "nobody")
                for peer in peers { peer.send("problem", 1, 2) }
            }
            peers[0].send("a", 1, 2)
            world.server.send("b", to: "nobody")
            #expect(world.errors.map(\.event) == ["a", "b"])
            #expect(world.server.statistics.dropped[.unknownPeer] == 3)
            #expect(peers.map { $0.statistics.dropped[.tooManyArguments] } == [3] + Array(repeating: 2, count: 11))
        }
    }

    @Test func `what other threads emit is told too`() async throws {
        let (client, codes) = try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client()
            let codes = Codes()
            client.on(.error) { codes.list.append($0.code) }
            return (client, codes)
        }
        #expect(client.emit("a", 1) == .queued)
        #expect(client.emit("b", Self.broken) == .dropped(.notEncodable))
        await Task { @EventLoop in
            EventLoop.current.settle()
            #expect(codes.list == [.notConnected, .arguments])
        }.value
        await client.close()
        client.emit("c")
        await Task { @EventLoop in
            EventLoop.current.settle()
            #expect(codes.list == [.notConnected, .arguments, .closed])
        }.value
    }

    @EventLoop
    private final class Codes {
        var list: [HarkError.Code] = []
    }

    @Test func `a connection that breaks is told with its peer, one that ends in order is not`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (_, peer) = try world.connected()
            let raw = try world.world.raw()
            raw.connection.shutdown()
            simulation.run(for: .seconds(1))
            #expect(world.errors.isEmpty && world.server.peers.map(\.id) == [peer.id])
            simulation.network.cutAll()
            simulation.run(for: .milliseconds(90))
            #expect(world.errors.map(\.peer) == [peer.id] && world.errors.map(\.code) == [.disconnected])
        }
    }
}
