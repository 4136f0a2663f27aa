import Foundation
import Hark
import HarkTesting
import Testing

/// What arrives and makes no sense.
struct SocketIPCMalformedTests {
    @Test func `only what is malformed is lost, and it is told with its bytes`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let raw = try world.world.raw()
            try raw.send("{\"topic\":\"a\"}\0\0{\"topic\":}\0\0null\0\0\0\0{\"topic\":\"b\"}\0\0".utf8)
            simulation.run(for: .seconds(1))
            let peer = try #require(world.server.peers.first)
            #expect(world.heard == ["a", "b"])
            #expect(world.errors.map(\.code) == [.decode, .decode, .decode])
            #expect(
                world.errors.map { String(decoding: $0.bytes ?? Bytes(), as: UTF8.self) } == [
                    "{\"topic\":}", "null", "",
                ])
            #expect(world.errors.allSatisfy { $0.peer == peer.id && $0.event == nil })
        }
    }

    @Test func `what was heard before is told before`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            var order: [String] = []
            world.server.onAny { order.append($0.name) }
            world.server.on(.error) { _ in order.append("error") }
            try world.world.raw().send("{\"topic\":\"a\"}\0\0x\0\0{\"topic\":\"b\"}\0\0".utf8)
            simulation.run(for: .seconds(1))
            #expect(order == ["a", "error", "b"])
        }
    }

    @Test func `no more than 64 KiB of it are told`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            try world.send(Array(repeating: UInt8(ascii: "x"), count: 100_000) + [0, 0], over: world.world.raw())
            #expect(world.errors.map { $0.bytes?.count } == [65_536])
        }
    }

    @Test func `16 malformed messages close their connection and no other`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, _) = try world.connected()
            let raw = try world.world.raw()
            simulation.run(for: .seconds(1))
            try raw.send("{\"topic\":\"a\"}\0\0".utf8)
            for _ in 1...15 { try raw.send([0, 0]) }
            simulation.run(for: .seconds(1))
            #expect(world.server.peers.count == 2)
            try raw.send("{\"topic\":\"b\"}\0\0x\0\0{\"topic\":\"c\"}\0\0".utf8)
            client.emit("still", 1)
            simulation.run(for: .seconds(1))
            #expect(world.server.peers.count == 1 && world.heard.sorted() == ["a", "b", "still 1"])
            #expect(world.errors.count == 16 && world.errors.last?.code == .protocolViolation)
        }
    }

    @Test func `a topic too long to be heard is told each time, and closes nothing`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let raw = try world.world.raw()
            let topic = String(repeating: "t", count: 256)
            for _ in 1...40 { try raw.send("{\"topic\":\"\(topic)\"}\0\0".utf8) }
            try raw.send("{\"topic\":\"a\"}\0\0".utf8)
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["a"] && world.server.peers.count == 1)
            #expect(world.errors.map(\.code) == Array(repeating: .decode, count: 40))
            for _ in 1...16 { try raw.send([0, 0]) }
            simulation.run(for: .seconds(1))
            #expect(world.server.peers.isEmpty && world.errors.count == 56)
        }
    }

    @Test func `a client reports what is malformed, and loses the server only after 16`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let scripted = try SocketIPCWorld.scripted(simulation)
            let client = Client(to: scripted.endpoint, options: world.client().options)
            var codes: [HarkError.Code] = []
            var heard: [String] = []
            var losses: [HarkError] = []
            client.on(.error) { codes.append($0.code) }
            client.on(.disconnect) { losses.append($0) }
            client.onAny { heard.append($0.name) }
            client.connect()
            try simulation.run { client.isConnected }
            try scripted.peers[0].send("{\"topic\":\"a\"}\0\0{\0\0{\"topic\":\"b\"}\0\0".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == ["a", "b"] && codes == [.decode] && losses.isEmpty)
            try scripted.peers[0].send(Array(repeating: 0, count: 30))
            simulation.run(for: .seconds(1))
            #expect(losses.map(\.code) == [.protocolViolation] && codes.count == 16)
            #expect(scripted.peers.count == 2 && client.isConnected)
        }
    }

    @Test func `a message longer than the limit closes the connection, which says so`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation) { $0.limits.frameByteCount = 1_000 }
            let raw = try world.world.raw()
            simulation.run(for: .seconds(1))
            var lost: HarkError?
            world.server.peers.first?.on(.disconnect) { lost = $0 }
            try raw.send(Array(repeating: UInt8(ascii: " "), count: 1_003))
            simulation.run(for: .seconds(1))
            #expect(lost?.code == .limit && lost?.message.contains("1000") == true)
            #expect(world.errors.map(\.code) == [.limit] && world.server.peers.isEmpty)
        }
    }

    @Test func `however much arrives without an end, memory does not grow`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run { try await withSimulation { try await Self.flood($0) } }
        }
    }

    @EventLoop
    private static func flood(_ simulation: Simulation) async throws {
        let world = try await SocketIPCWorld(simulation)
        let limit = Limits().frameByteCount
        // Memory that is kept for the next message is there before.
        try pour(2 * limit, into: world)
        let before = try ResidentMemory.byteCount()
        let rounds = SweepSize.of(quick: 16 << 20, full: 1 << 30, soak: 1 << 30) / (2 * limit)
        for _ in 0..<rounds {
            let highest = try pour(2 * limit, into: world)
            // The limit twice, for the copy while a message grows, and 4 MiB for the simulated network and what the
            // system does not get back at once. What arrives in the first three rounds is more.
            try #require(highest - before < 2 * limit + (4 << 20))
        }
        try #require(world.errors.map(\.code) == Array(repeating: .limit, count: rounds + 1) && world.heard.isEmpty)
        await world.server.close()
    }

    /// Sends bytes without an end over a connection of their own.
    ///
    /// - Returns: the most memory that was in use meanwhile.
    @discardableResult @EventLoop
    private static func pour(_ byteCount: Int, into world: SocketIPCWorld) throws -> Int {
        let raw = try world.world.raw()
        let piece = Array(repeating: UInt8(ascii: "x"), count: 32 << 10)
        var highest = 0
        for _ in 0..<byteCount / piece.count where raw.error == nil {
            try? raw.send(piece)
            world.simulation.run(for: .milliseconds(20))
            highest = max(highest, try ResidentMemory.byteCount())
        }
        raw.connection.close()
        world.simulation.run(for: .seconds(1))
        return highest
    }

    @Test func `a listener that throws is the application's affair`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, peer) = try world.connected()
            world.server.on("bad") { () throws in throw CancellationError() }
            client.emit("bad", 1)
            client.emit("good", 2)
            simulation.run(for: .seconds(1))
            #expect(world.heard == ["bad 1", "good 2"])
            #expect(world.errors.map(\.code) == [.listener] && client.isConnected && !peer.isClosed)
        }
    }
}
