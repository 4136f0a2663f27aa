import Hark
import HarkTesting
import Testing

/// Wires on which a client sends events as soon as it is connected, and servers that have not let it in yet.
@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct HandshakelessGatewayTests {
    private static func event(_ n: Int, _ dialect: Dialect) -> [UInt8] {
        dialect.description == "streamitter"
            ? Array("\(n == 1 ? "[" : ",")\n[\"early\",\(n)]\n".utf8)
            : SocketIPCWorld.bytes("{\"topic\":\"early\",\"message\":\(n)}")
    }

    private static func listen(to world: World, _ heard: @escaping @EventLoop (Int) -> Void) {
        world.server.onConnection { peer in peer.on("early") { (n: Int) in heard(n) } }
    }

    @Test(arguments: [Dialect.streamitter, .socketIPC])
    func `what arrives while the application decides is heard after it has let the client in`(
        _ dialect: Dialect
    ) async throws {
        try await withSimulation { simulation in
            let decision = Signal()
            let world = try await World(simulation) {
                $0.dialect = dialect
                $0.authorize = { _, _ in await decision.wait() }
            }
            var heard: [Int] = []
            Self.listen(to: world) { heard.append($0) }
            let raw = try world.raw()
            try raw.send(Self.event(1, dialect))
            simulation.run(for: .milliseconds(500))
            try raw.send(Self.event(2, dialect))
            simulation.run(for: .milliseconds(400))
            #expect(heard.isEmpty && raw.error == nil && world.server.peers.isEmpty)
            decision.fire()
            simulation.run(for: .seconds(1))
            try raw.send(Self.event(3, dialect))
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2, 3] && world.server.peers.count == 1)
        }
    }

    @Test(arguments: [Dialect.streamitter, .socketIPC])
    func `what a client was recognised by is heard after the application has let it in`(
        _ dialect: Dialect
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.dialects = [.native, dialect]
                // As short as can be, and yet it takes a turn.
                $0.authorize = { _, _ in }
            }
            var heard: [Int] = []
            Self.listen(to: world) { heard.append($0) }
            let raw = try world.raw()
            for n in 1...3 { try raw.send(Self.event(n, dialect)) }
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2, 3] && world.server.peers.count == 1 && raw.error == nil)
        }
    }

    @Test(arguments: [Dialect.streamitter, .socketIPC])
    func `what a client says that is not let in is for nobody`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let decision = Signal()
            let world = try await World(simulation) {
                $0.dialect = dialect
                $0.authorize = { _, _ in
                    await decision.wait()
                    throw HarkError(.handshake, "nobody")
                }
            }
            var heard = 0
            world.server.onAny { _ in heard += 1 }
            let raw = try world.raw()
            for n in 1...3 { try raw.send(Self.event(n, dialect)) }
            simulation.run(for: .milliseconds(500))
            decision.fire()
            simulation.run(for: .seconds(5))
            #expect(heard == 0 && world.server.peers.isEmpty)
            #expect(raw.ended.count == 1)
            #expect(raw.error == nil)
        }
    }

    @Test(arguments: [Dialect.streamitter, .socketIPC])
    func `a message that begins before the client is let in has to end in time too`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.dialects = [.native, dialect]
                $0.authorize = { _, _ in }
                $0.timing.frame = .seconds(30)
            }
            var lost: [HarkError] = []
            world.server.onConnection { peer in peer.on(.disconnect) { lost.append($0) } }
            let raw = try world.raw()
            try raw.send(Self.event(1, dialect).dropLast(2))
            simulation.run(for: .seconds(20))
            #expect(world.server.peers.count == 1)
            simulation.run(for: .seconds(20))
            #expect(lost.map(\.code) == [.timeout] && world.server.peers.isEmpty && raw.ended.count == 1)
        }
    }
}
