import Hark
import HarkTesting
import Testing

/// Many want to come in at once.
@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct HandshakeFloodTests {
    /// A transport that cannot keep anybody waiting.
    private final class Impatient: Transport {
        private final class Door: Acceptor {
            private let inner: any Acceptor
            init(_ inner: any Acceptor) { self.inner = inner }
            var endpoint: Endpoint { inner.endpoint }
            func close() { inner.close() }
        }

        private let inner: any Transport
        init(_ inner: any Transport) { self.inner = inner }

        func dial(
            _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
        ) -> any DialAttempt { inner.dial(endpoint, completion) }

        func listen(
            on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
        ) throws(HarkError) -> any Acceptor { Door(try inner.listen(on: endpoint, accept: accept)) }
    }

    @Test func `a thousand clients that dial at once all get in, and none is turned away`() async throws {
        try await withSimulation { simulation in
            var inProgress = 0
            var peak = 0
            let world = try await World(simulation) {
                $0.authorize = { _, _ in
                    inProgress += 1
                    peak = max(peak, inProgress)
                    await Task.yield()
                    inProgress -= 1
                }
            }
            var failures = 0
            world.server.on(.error) { _ in failures += 1 }
            let clients = (0..<1_000).map { _ in world.client() }
            for client in clients {
                client.on(.connectError) { _ in failures += 1 }
                client.connect()
            }
            try simulation.run(within: .seconds(30)) { clients.allSatisfy(\.isConnected) }
            #expect(world.server.peers.count == 1_000 && failures == 0)
            #expect(peak <= world.server.options.limits.handshakeCount)
            for client in clients { simulation.start { await client.close() } }
            try simulation.run { clients.allSatisfy(\.isClosed) }
        }
    }

    @Test func `no more handshakes are in progress than the limit, whoever breaks off and whenever`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.limits.handshakeCount = 3
                $0.timing.handshake = .seconds(2)
                $0.timing.heartbeat = .zero
            }
            let hello = try world.hello()
            var raws: [RawPeer] = []
            for _ in 0..<40 {
                _ = simulation.network.dial(world.endpoint) { result in
                    if let connection = try? result.get() { raws.append(RawPeer(connection)) }
                }
            }
            var admitted = 0
            world.server.onConnection { _ in admitted += 1 }
            simulation.run(for: .milliseconds(20))
            #expect(raws.count == 40)
            // A third goes at once, a third breaks in the middle of its greeting, a third comes in.
            for (index, raw) in raws.enumerated() {
                switch index % 3 {
                case 0: raw.connection.close()
                case 1: try raw.send(hello.prefix(20))
                default: try raw.send(hello)
                }
            }
            simulation.run(for: .seconds(1))
            let earlier = admitted
            #expect(earlier < 13)
            simulation.run(for: .seconds(60))
            #expect(admitted == 13 && world.server.peers.count == 13)
        }
    }

    @Test func `who cannot be kept waiting is closed, and the server says so`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.environment.transport = Impatient(simulation.network)
                $0.limits.handshakeCount = 2
            }
            var reported: [HarkError.Code] = []
            world.server.on(.error) { reported.append($0.code) }
            let silent = [try world.raw(), try world.raw()]
            let third = try world.raw()
            try simulation.run { third.ended.count == 1 }
            #expect(reported == [.limit] && silent.allSatisfy { $0.ended.count == 0 })
        }
    }

    @Test func `an address that is added while nobody is accepted waits as the others do`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits.handshakeCount = 1 }
            let silent = try world.raw()
            let second = try await world.server.listen(on: .unix("/second"))
            let client = Client(to: second, options: world.client().options)
            client.connect()
            simulation.run(for: .seconds(4))
            #expect(!client.isConnected && silent.ended.count == 0)
            try simulation.run { client.isConnected }
        }
    }

    @Test(arguments: Wire.sockets)
    func `sockets wait in the system's queue until there is room`(_ wire: Wire) async throws {
        var options = PairOptions()
        options.serverLimits.handshakeCount = 2
        try await withPair(wire, options) { pair in
            var raws: [RawPeer] = []
            let dialled = Signal()
            for _ in 0..<6 {
                _ = Environment.live.transport.dial(pair.client.endpoint) { result in
                    if let connection = try? result.get() { raws.append(RawPeer(connection)) }
                    dialled.fire()
                }
            }
            await dialled.wait(for: 6)
            #expect(raws.count == 6)
            let connected = Signal()
            let failed = Signal()
            pair.server.onConnection { _ in connected.fire() }
            pair.server.on(.error) { _ in failed.fire() }
            let later = Client(to: pair.client.endpoint, options: pair.client.options)
            later.connect()
            try await pair.sync()
            #expect(connected.count == 0)
            for raw in raws { raw.connection.close() }
            await connected.wait()
            // Those that went without a word, one after the other.
            #expect(failed.count == 6)
            await later.close()
        }
    }
}
