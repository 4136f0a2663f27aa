import Hark
import HarkTesting
import Testing

/// Connecting, listening and closing.
struct SocketIPCLifeTests {
    @Test func `after a loss there is one reconnect delay, and the retry delay between further attempts`() async throws
    {
        try await withSimulation(conditions: NetworkConditions(latency: .zero ... .zero)) { simulation in
            let world = try await SocketIPCWorld(simulation)
            let scripted = try SocketIPCWorld.scripted(simulation)
            scripted.close()
            let client = Client(to: scripted.endpoint, options: world.client().options)
            var log: [String] = []
            let start = simulation.clock.now
            World.record(client) { log.append("\($0) \(simulation.clock.now - start)") }
            client.connect()
            simulation.run(for: .milliseconds(1_500))
            try scripted.open()
            simulation.run(for: .milliseconds(1_000))
            #expect(log.filter { !$0.hasPrefix("backoff") } == ["connectError 0", "connectError 1000", "connect 2000"])
            log = []
            simulation.run(for: .milliseconds(500))
            scripted.close()
            simulation.run(for: .milliseconds(1_200))
            try scripted.open()
            simulation.run(for: .milliseconds(2_000))
            #expect(
                log.filter { !$0.hasPrefix("backoff") }
                    == ["disconnect 3000", "connectError 3100", "connectError 4100", "connect 5100", "reconnect 5100"])
        }
    }

    @Test func `a server that closes each connection at once is dialled ten times a second`() async throws {
        try await withSimulation(conditions: NetworkConditions(latency: .zero ... .zero)) { simulation in
            let world = try await SocketIPCWorld(simulation)
            let scripted = try SocketIPCWorld.scripted(simulation)
            let client = Client(to: scripted.endpoint, options: world.client().options)
            var connects = 0
            client.on(.connect) {
                connects += 1
                scripted.peers.last?.connection.close()
            }
            client.connect()
            simulation.run(for: .seconds(10))
            #expect((90...101).contains(connects))
        }
    }

    @Test func `delays are numbers or ranges`() async throws {
        try await withSimulation(conditions: NetworkConditions(latency: .zero ... .zero)) { simulation in
            let world = try await SocketIPCWorld(simulation)
            var options = world.client().options
            options.reconnection.retryDelay = .between(.milliseconds(200), and: .milliseconds(300))
            let client = Client(to: .unix("/nobody"), options: options)
            var attempts = 0
            var delays: Set<Duration> = []
            client.on(.connectError) { _ in attempts += 1 }
            client.on(.backoff) { delays.insert($0.delay) }
            client.connect()
            simulation.run(for: .seconds(30))
            #expect((100...151).contains(attempts) && delays.count > 20)
            #expect(delays.allSatisfy { $0 >= .milliseconds(200) && $0 <= .milliseconds(300) })
        }
    }

    @Test func `a second connect changes nothing and is told once`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client()
            var codes: [HarkError.Code] = []
            client.on(.error) { codes.append($0.code) }
            client.connect()
            client.connect()
            #expect(codes == [.duplicate])
            try simulation.run { client.isConnected }
            await #expect { try await simulation.run { try await client.connect(within: .seconds(1)) } } throws: {
                ($0 as? HarkError)?.code == .duplicate
            }
            simulation.run(for: .seconds(1))
            #expect(codes == [.duplicate] && world.server.peers.count == 1)
            try await simulation.run { await client.close() }
            client.connect()
            #expect(codes == [.duplicate, .closed])
        }
    }

    @Test func `connecting can be waited for`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = world.client()
            try await simulation.run { try await client.connect(within: .seconds(1)) }
            #expect(client.isConnected)
            let native = try await World(simulation)
            let other = native.client()
            other.connect()
            try await simulation.run { try await other.connect(within: .seconds(1)) }
            #expect(other.isConnected)
            let lonely = Client(to: .unix("/nobody"), options: world.client().options)
            await #expect { try await simulation.run { try await lonely.connect(within: .seconds(5)) } } throws: {
                ($0 as? HarkError)?.code == .timeout
            }
            #expect(lonely.nextAttempt != nil)
        }
    }

    @Test func `a client that never had a connection ends with close too`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            for isConnecting in [false, true] {
                let client = Client(to: .unix("/nobody"), options: world.client().options)
                var log: [String] = []
                World.record(client) { log.append($0) }
                if isConnecting { client.connect() }
                try await simulation.run { await client.close() }
                simulation.run(for: .seconds(10))
                #expect(log == ["close"])
            }
        }
    }

    @Test func `a second listen changes nothing and is told once`() async throws {
        try await withSimulation { simulation in
            var options = simulation.serverOptions()
            options.dialect = .socketIPC
            let server = Server(options: options)
            var codes: [HarkError.Code] = []
            var bound: [Endpoint] = []
            server.listen(on: .unix("/one")) { bound.append($0) }
            server.listen(on: .unix("/two")) { bound.append($0) }
            server.on(.error) { codes.append($0.code) }
            simulation.run(for: .seconds(1))
            #expect(bound == [.unix("/one")] && codes == [.duplicate] && server.endpoints == bound)
            await #expect { try await simulation.run { try await server.listen(on: .unix("/three")) } } throws: {
                ($0 as? HarkError)?.code == .duplicate
            }
            #expect(codes == [.duplicate] && server.endpoints == bound)
            try await simulation.run { await server.close() }
            server.listen(on: .unix("/one")) { bound.append($0) }
            simulation.run(for: .seconds(1))
            #expect(codes == [.duplicate, .closed] && bound.count == 1)
        }
    }

    @Test func `a native server listens again with a callback too`() async throws {
        try await withSimulation { simulation in
            let server = Server(options: simulation.serverOptions())
            var bound: [Endpoint] = []
            server.listen(on: .unix("/one")) { bound.append($0) }
            server.listen(on: .unix("/two")) { bound.append($0) }
            simulation.run(for: .seconds(1))
            #expect(bound == [.unix("/one"), .unix("/two")])
            try await simulation.run { await server.close() }
        }
    }

    @Test func `closing in a connectError listener ends the attempts, and the client`() async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = Client(to: .unix("/nobody"), options: world.client().options)
            var log: [String] = []
            World.record(client) { log.append($0) }
            var attempts = 0
            client.on(.connectError) { _ in
                attempts += 1
                if attempts == 3 { EventLoop.task { await client.close() } }
            }
            client.connect()
            simulation.run(for: .seconds(60))
            #expect(
                attempts == 3
                    && log.filter { $0 != "backoff" } == ["connectError", "connectError", "connectError", "close"])
        }
    }

    @Test func `a server is closed when all its connections are gone, and does not wait for those that stay`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let (client, peer) = try world.connected()
            // Never ends its side.
            let raw = try world.world.raw()
            simulation.run(for: .seconds(1))
            var isClosed = false
            world.server.on(.close) { isClosed = world.server.peers.isEmpty && peer.isClosed }
            var losses = 0
            client.on(.disconnect) { _ in losses += 1 }
            world.server.broadcast("last", 1)
            try await simulation.run(within: .seconds(30)) { await world.server.close() }
            #expect(isClosed && losses == 1)
            #expect(String(decoding: raw.bytes, as: UTF8.self) == "{\"topic\":\"last\",\"message\":1}\0\0")
            try await simulation.run { await world.server.close() }
            try await simulation.run { await client.close() }
        }
    }

    @Test(arguments: ["", "8080", String(repeating: "x", count: 108)])
    func `paths that the original refuses are refused on both sides`(_ path: String) async throws {
        try await withSimulation { simulation in
            let world = try await SocketIPCWorld(simulation)
            let client = Client(to: .unix(path), options: world.client().options)
            var log: [String] = []
            World.record(client) { log.append($0) }
            client.connect()
            simulation.run(for: .seconds(10))
            #expect(log == ["error invalidEndpoint"])
            #expect(throws: HarkError.self) { try Client(to: [.unix(path)], options: client.options) }
            var options = simulation.serverOptions()
            options.dialect = .socketIPC
            let server = Server(options: options)
            await #expect { try await simulation.run { try await server.listen(on: .unix(path)) } } throws: {
                ($0 as? HarkError)?.code == .invalidEndpoint
            }
        }
    }
}
