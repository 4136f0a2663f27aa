import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ServerTests {
    private struct Stranger: Error, CustomStringConvertible {
        var description: String { "strangers are not welcome" }
    }

    // MARK: Authorizing

    @Test func `the hook sees the credentials and lets in whom it likes`() async throws {
        try await withSimulation { simulation in
            var seen: [Hello] = []
            let world = try await World(simulation) { options in
                options.authorize = { hello, info in
                    seen.append(hello)
                    #expect(info.endpoint?.port != nil)
                    guard hello.credentials == .string("friend") else { throw Stranger() }
                }
            }
            let (friend, peer) = try world.connected { $0.credentials = .string("friend") }
            #expect(peer.hello == seen.first && seen.first?.node.count == 32)
            #expect(friend.peerID == peer.id && world.server.peer(peer.id) === peer)
            let stranger = world.client {
                $0.credentials = .string("foe")
                $0.reconnects = false
            }
            var errors: [HarkError] = []
            stranger.on(.connectError) { errors.append($0) }
            stranger.connect()
            try simulation.run { !errors.isEmpty }
            #expect(errors[0].code == .handshake && errors[0].message.contains("strangers are not welcome"))
            #expect(world.server.peers.count == 1)
        }
    }

    @Test func `a hook that takes too long loses its client`() async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) { options in
                options.timing.handshake = .seconds(2)
                options.authorize = { _, _ in await gate.wait() }
            }
            var reported: [HarkError] = []
            var connections = 0
            world.server.on(.error) { reported.append($0) }
            world.server.onConnection { _ in connections += 1 }
            let client = world.client { $0.reconnects = false }
            var errors: [HarkError] = []
            client.on(.connectError) { errors.append($0) }
            let start = simulation.clock.now
            client.connect()
            try simulation.run { !errors.isEmpty }
            #expect(simulation.clock.now - start < 2_100)
            #expect(errors[0].code == .handshake)
            simulation.runUntilIdle()
            gate.fire()
            simulation.run(for: .seconds(10))
            #expect(connections == 0 && world.server.peers.isEmpty)
            #expect(reported.map(\.code) == [.handshake])
        }
    }

    @Test func `a client that leaves during the hook is forgotten`() async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) { $0.authorize = { _, _ in await gate.wait() } }
            let client = world.client()
            client.connect()
            simulation.run(for: .seconds(1))
            try await simulation.run { await client.close() }
            simulation.run(for: .seconds(1))
            gate.fire()
            simulation.run(for: .seconds(1))
            #expect(world.server.peers.isEmpty)
            let (_, second) = try world.connected()
            #expect(world.server.peers.map(\.id) == [second.id])
        }
    }

    // MARK: Limits

    @Test func `peers beyond the limit are told so and may come when there is room`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits.peerCount = 2 }
            let (first, _) = try world.connected()
            _ = try world.connected()
            let third = world.client()
            var errors: [HarkError] = []
            third.on(.connectError) { errors.append($0) }
            third.connect()
            try simulation.run { !errors.isEmpty }
            #expect(errors[0].message.contains("limit"))
            try await simulation.run { await first.close() }
            try simulation.run { third.isConnected }
            #expect(world.server.peers.count == 2)
        }
    }

    @Test func `connections that do not speak do not keep others out for ever`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits.handshakeCount = 2 }
            var reported: [HarkError.Code] = []
            world.server.on(.error) { reported.append($0.code) }
            let silent = [try world.raw(), try world.raw()]
            let client = world.client()
            client.connect()
            simulation.run(for: .seconds(4))
            #expect(!client.isConnected && reported.isEmpty)
            try simulation.run { silent.allSatisfy { $0.ended.count == 1 } }
            try simulation.run { client.isConnected }
            #expect(reported == [.handshake, .handshake])
        }
    }

    // MARK: Listening and closing

    @Test(arguments: Wire.sockets)
    func `an address in use is refused with advice`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let second = Server()
            let error = await #expect(throws: HarkError.self) { try await second.listen(on: pair.client.endpoint) }
            #expect(error?.code == .addressInUse)
            await second.close()
        }
    }

    @Test(arguments: Wire.allCases)
    func `closing says goodbye to all after what was emitted before`(_ wire: Wire) async throws {
        var options = PairOptions()
        options.reconnects = false
        try await withPair(wire, options) { pair in
            var heard: [String] = []
            let closed = Signal()
            World.record(pair.client) { heard.append($0) }
            pair.client.on("bye") { heard.append("bye") }
            pair.client.on(.close) { closed.fire() }
            var server: [String] = []
            World.record(pair.server) { server.append($0) }
            pair.server.emit("bye")
            try await pair.run { await pair.server.close() }
            try await pair.run { await closed.wait() }
            #expect(heard == ["bye", "disconnect", "close"])
            #expect(server == ["close"])
            #expect(pair.server.isClosed && pair.peer.isClosed)
            #expect(pair.server.emit("late") == .dropped(.closed))
            await #expect(throws: HarkError.self) { try await pair.server.listen(on: .tcp(port: 0)) }
        }
    }

    @Test(arguments: Wire.sockets)
    func `a port is free again when its server has closed`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            await pair.server.close()
            let second = try await Server.listen(on: pair.client.endpoint)
            let connected = Signal()
            second.onConnection { _ in connected.fire() }
            await connected.wait()
            await second.close()
        }
    }

    @Test func `closing twice, at once and one after the other, is closing once`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            _ = try world.connected()
            var closed = 0
            world.server.on(.close) { closed += 1 }
            let done = Signal()
            for _ in 0..<3 {
                simulation.start {
                    await world.server.close()
                    done.fire()
                }
            }
            try simulation.run { done.count == 3 }
            try await simulation.run { await world.server.close() }
            #expect(closed == 1)
        }
    }

    @Test func `one address more is one line more`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var listening: [Endpoint] = []
            world.server.on(.listening) { listening.append($0) }
            let second = try await world.server.listen(on: .unix("/second"))
            #expect(listening == [second] && world.server.endpoints == [world.endpoint, second])
        }
    }

    @Test func `a unix socket tells who the other process is`() async throws {
        try await withPair(.unix) { pair in
            #expect(pair.peer.info.processID == Int32(ProcessIdentity.processID))
            #expect(pair.peer.info.userID == ProcessIdentity.userID)
            #expect(pair.peer.info.groupID != nil)
        }
    }
}
