import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct NativeLinkTests {
    // MARK: Handshake

    @Test func `the end of the stream at every byte of the handshake harms nobody`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var connections = 0
            var events = 0
            var errors: [HarkError.Code] = []
            world.server.onConnection { _ in connections += 1 }
            world.server.onAny { _ in events += 1 }
            world.server.on(.error) { errors.append($0.code) }
            let hello = try world.hello()
            #expect(hello.count > 40)
            for count in 0..<hello.count {
                let raw = try world.raw()
                try raw.send(hello.prefix(count))
                raw.connection.shutdown()
                try simulation.run { raw.ended.count == 1 }
                raw.connection.close()
            }
            #expect(connections == 0 && events == 0)
            #expect(errors == Array(repeating: .disconnected, count: hello.count))
            let whole = try world.raw()
            try whole.send(hello)
            try simulation.run { connections == 1 }
        }
    }

    @Test func `a cut at every byte of the handshake is survived by the client`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var planned: (Int, SimulatedCable.Side)?
            simulation.network.onConnection = { cable in
                guard let (count, side) = planned else { return }
                planned = nil
                cable.cut(after: count, from: side)
            }
            for side in [SimulatedCable.Side.dialler, .acceptor] {
                for count in 1..<100 {
                    planned = (count, side)
                    let client = world.client()
                    var connects = 0
                    client.on(.connect) { connects += 1 }
                    client.connect()
                    try simulation.run { client.isConnected && planned == nil }
                    let answer: Bool? = try? await simulation.run { try await client.request("nobody") }
                    #expect(answer == nil && connects >= 1)
                    try await simulation.run { await client.close() }
                }
            }
            simulation.run(for: .seconds(10))
            #expect(world.server.peers.isEmpty)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "HARK\n\u{1A}\u{1}", "\0\0\0\0\0\0\0\0\0\0\0\0", "HARK\r\n\u{1A}\u{1}garbage!",
        "HARK\r\n\u{1A}\u{1}\u{1}\u{7F}\u{7F}\u{7F}",
    ])
    func `who speaks something else is told goodbye at once`(_ greeting: String) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var errors: [HarkError.Code] = []
            var connections = 0
            world.server.on(.error) { errors.append($0.code) }
            world.server.onConnection { _ in connections += 1 }
            let raw = try world.raw()
            let start = simulation.clock.now
            try raw.send(greeting.utf8)
            try simulation.run { raw.ended.count == 1 }
            #expect(simulation.clock.now - start < 1_000)
            #expect(errors == [.handshake] && connections == 0)
        }
    }

    @Test func `another version is told which one is spoken`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var hello = try world.hello()
            #expect(hello[7] == 1)
            hello[7] = 9
            let raw = try world.raw()
            try raw.send(hello)
            try simulation.run { raw.ended.count == 1 }
            #expect(raw.bytes.starts(with: hello.prefix(7) + [1]))
            #expect(raw.bytes.count > 12 && world.server.peers.isEmpty)
        }
    }

    @Test func `silence ends with the deadline of the handshake, on both sides`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.timing.handshake = .seconds(2) }
            let raw = try world.raw()
            let start = simulation.clock.now
            try simulation.run { raw.ended.count == 1 }
            #expect((1_990...2_020).contains(simulation.clock.now - start))

            var silent: [any Connection] = []
            let acceptor = try simulation.network.listen(on: .unix("/silent")) { result in
                if let connection = try? result.get() { silent.append(connection) }
            }
            var options = world.client().options
            options.timing.handshake = .seconds(1)
            let client = Client(to: .unix("/silent"), options: options)
            var errors: [HarkError] = []
            client.on(.connectError) { errors.append($0) }
            let second = simulation.clock.now
            client.connect()
            try simulation.run { errors.count == 1 }
            #expect(errors[0].code == .handshake && (1_000...1_020).contains(simulation.clock.now - second))
            acceptor.close()
            try await simulation.run { await client.close() }
        }
    }

    @Test func `a hello twice, and an event before the welcome, break the protocol`() async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) { $0.authorize = { _, _ in await gate.wait() } }
            var events = 0
            world.server.onAny { _ in events += 1 }
            let hello = try world.hello()
            for frame in [Array(hello.dropFirst(8)), [5, 2, 0, 0, 1, 1]] as [[UInt8]] {
                let raw = try world.raw()
                try raw.send(hello + frame)
                try simulation.run { raw.ended.count == 1 }
            }
            gate.fire()
            simulation.run(for: .seconds(1))
            #expect(events == 0 && world.server.peers.isEmpty)
        }
    }

    // MARK: Liveness

    @Test(arguments: [SimulatedCable.Side?.none, .dialler, .acceptor])
    func `who falls silent is given up after three heartbeats`(_ side: SimulatedCable.Side?) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.timing.heartbeat = .seconds(2) }
            let (client, peer) = try world.connected()
            simulation.run(for: .seconds(60))
            #expect(client.isConnected && !peer.isClosed)
            var lost: [HarkError.Code] = []
            var lostAt: UInt64 = 0
            peer.on(.disconnect) { error in
                lost.append(error.code)
                lostAt = simulation.clock.now
            }
            let start = simulation.clock.now
            simulation.network.cables[0].silence(from: side)
            try simulation.run { lost.count == 1 }
            #expect(lostAt - start <= 8_100)
            #expect(lost[0] == .timeout || side == .acceptor)
            try simulation.run { client.isConnected && world.server.peers.contains { $0 === peer } }
            #expect(peer.resumption == .resumed && client.resumption == .resumed)
        }
    }

    @Test func `without a heartbeat nobody is given up`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.timing.heartbeat = .zero }
            let (client, peer) = try world.connected()
            simulation.network.partition()
            simulation.run(for: .seconds(3_600))
            #expect(client.isConnected && !peer.isClosed)
            simulation.network.heal()
            var heard = 0
            world.server.on("still here") { heard += 1 }
            client.emit("still here")
            try simulation.run { heard == 1 }
        }
    }

    // MARK: Flow

    @Test func `a slow reader makes the sender wait, then drop, then go on`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected {
                $0.limits.queueByteCount = 64 << 10
                $0.limits.highWaterByteCount = 32 << 10
                $0.limits.lowWaterByteCount = 8 << 10
            }
            simulation.network.conditions.bufferByteCount = 4 << 10
            simulation.network.conditions.segmentByteCount = 1_000...1_000
            var heard: [Int] = []
            world.server.on("n") { (n: Int, _: Bytes) in heard.append(n) }
            var life: [String] = []
            World.record(client) { life.append($0) }
            let load = Bytes([UInt8](repeating: 1, count: 1_000))
            var sent: [Int] = []
            var results: [EmitResult] = []
            for n in 0..<200 {
                let result = client.emit("n", n, load)
                results.append(result)
                if result == .written || result == .queued { sent.append(n) }
                simulation.settle()
            }
            #expect(results.contains(.queued) && results.last == .dropped(.queueFull))
            #expect(life == ["error limit"])
            var isDrained = false
            simulation.start {
                try? await client.drained()
                isDrained = true
            }
            simulation.settle()
            #expect(!isDrained)
            try simulation.run { isDrained }
            #expect(heard.count < sent.count)
            try simulation.run { heard.count == sent.count }
            #expect(heard == sent && life == ["error limit", "drain"])
            #expect(client.emit("n", 200, load) == .written)
        }
    }

    @Test func `a frame that is too long is refused before it is sent, and before it is read`() async throws {
        var options = PairOptions()
        options.serverLimits.frameByteCount = 10_000
        try await withPair(.simulated, options) { pair in
            let long = Bytes([UInt8](repeating: 0, count: 10_000))
            var heard: [Int] = []
            pair.server.on("long") { (bytes: Bytes) in heard.append(bytes.count) }
            #expect(pair.client.emit("long", long) == .dropped(.tooLarge))
            #expect(pair.client.emit(EventKey<Bytes>("long"), long) == .dropped(.tooLarge))
            #expect(pair.client.emit("long", Bytes(long.prefix(9_000))) == .written)
            #expect(pair.peer.emit("long", long) == .written)
            try await pair.sync()
            #expect(heard == [9_000])
        }
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let hello = try world.hello()
            let raw = try world.raw()
            var lost: [HarkError.Code] = []
            world.server.onConnection { peer in peer.on(.disconnect) { lost.append($0.code) } }
            try raw.send(hello)
            try simulation.run { world.server.peers.count == 1 }
            try raw.send([5, 0xFF, 0xFF, 0xFF])
            try simulation.run { raw.ended.count == 1 }
            #expect(lost == [.protocolViolation])
        }
    }

    @Test(arguments: Wire.sockets)
    func `a process that vanishes in the middle of a frame is noticed`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let attempted = Signal()
            var raw: RawPeer?
            _ = Environment.live.transport.dial(pair.client.endpoint) { result in
                raw = (try? result.get()).map(RawPeer.init)
                attempted.fire()
            }
            await attempted.wait()
            let failed = Signal()
            pair.server.on(.error) { _ in failed.fire() }
            try raw?.send([0x48, 0x41, 0x52])
            raw?.connection.close()
            await failed.wait()
            try await pair.sync()
        }
    }
}
