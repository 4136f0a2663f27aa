import Hark
import HarkTesting
import Testing

/// Leaving and coming back on purpose.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ClientDisconnectTests {
    @Test func `reconnect dials at once and the session goes on`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            let (client, peer) = try world.connected()
            var life: [String] = []
            World.record(client) { life.append($0) }
            for n in 1...100 { client.emit("n", n) }
            client.reconnect()
            #expect(!client.isConnected && client.nextAttempt == nil)
            for n in 101...200 { client.emit("n", n) }
            try simulation.run { heard.count == 200 }
            #expect(heard == Array(1...200) && client.resumption == .resumed && !peer.isClosed)
            #expect(life == ["disconnect", "connect", "reconnect"])
        }
    }

    @Test func `reconnect does not wait for the next attempt`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            simulation.network.partition()
            let client = world.client { $0.reconnection.retryDelay = .fixed(.seconds(1_000)) }
            client.connect()
            simulation.run(for: .seconds(20))
            #expect(client.nextAttempt != nil)
            simulation.network.heal()
            client.reconnect()
            #expect(client.nextAttempt == nil)
            simulation.run(for: .seconds(1))
            #expect(client.isConnected)
        }
    }

    @Test func `disconnect says goodbye after what was emitted, and nobody dials again`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            let (client, peer) = try world.connected()
            var life: [String] = []
            World.record(client) { life.append($0) }
            for n in 1...100 { client.emit("n", n) }
            try await simulation.run { await client.disconnect() }
            #expect(heard == Array(1...100) && peer.isClosed && !client.isClosed)
            simulation.run(for: .seconds(600))
            #expect(life == ["disconnect"] && world.server.peers.isEmpty)
            await #expect(throws: HarkError.self) { try await client.connected() }
            await #expect(throws: HarkError.self) { let _: Int = try await client.request("r") }
        }
    }

    @Test func `what is emitted after disconnect is delivered once after connect, in a new session`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [String] = []
            world.server.on("n") { (event: Event) in
                heard.append("\(try event.decode(Int.self))\(event.isRedelivered ? " again" : "")")
            }
            let (client, _) = try world.connected()
            client.emit("n", 1)
            try await simulation.run { await client.disconnect() }
            client.emit("n", 2)
            simulation.run(for: .seconds(10))
            #expect(heard == ["1"])
            client.connect()
            try simulation.run { heard.count == 2 }
            simulation.run(for: .seconds(10))
            #expect(heard == ["1", "2"] && client.resumption == .new)
            #expect(client.statistics.acknowledged == 2 && client.statistics.unknown == 0)
        }
    }

    @Test func `disconnecting twice, without a connection, and while closing all end`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected()
            var ended = 0
            for _ in 1...3 {
                simulation.start {
                    await client.disconnect()
                    ended += 1
                }
            }
            simulation.start {
                await client.close()
                ended += 1
            }
            try simulation.run { ended == 4 }
            #expect(client.isClosed)
            let idle = world.client()
            try await simulation.run { await idle.disconnect() }
            idle.connect()
            try simulation.run { idle.isConnected }
        }
    }

    @Test func `connecting while saying goodbye is refused`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected()
            var errors: [HarkError.Code] = []
            client.on(.error) { errors.append($0.code) }
            var isOver = false
            simulation.start {
                await client.disconnect()
                isOver = true
            }
            simulation.settle()
            client.connect()
            client.reconnect()
            try simulation.run { isOver }
            #expect(errors == [.closed, .closed] && !client.isConnected)
        }
    }

    @Test func `who waits for an acknowledgement is told when nobody dials any more`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected()
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            var errors: [HarkError.Code?] = []
            client.emit("n", 1, ack: .within(.seconds(600))) { errors.append($0?.code) }
            try await simulation.run { await client.disconnect() }
            simulation.settle()
            #expect(errors == [.disconnected])
        }
    }
}
