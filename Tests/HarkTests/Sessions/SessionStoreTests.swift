import Hark
import HarkTesting
import Testing

/// Sessions that outlive their server.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct SessionStoreTests {
    /// A store that writes down what it is asked, and fails when it is told to.
    @EventLoop
    private final class Journal: SessionStore {
        let store: MemorySessionStore
        var isBroken = false
        var isForgetful = false
        var calls: [String] = []

        init(_ simulation: Simulation) { store = MemorySessionStore(environment: simulation.environment) }

        func load(_ key: String) async throws -> [UInt8]? {
            calls.append("load")
            try check()
            return isForgetful ? [1, 2, 3] : store.load(key)
        }

        func save(_ key: String, _ record: [UInt8], keepFor duration: Duration) async throws {
            calls.append("save")
            try check()
            store.save(key, record, keepFor: duration)
        }

        func remove(_ key: String) async throws {
            calls.append("remove")
            try check()
            store.remove(key)
        }

        private func check() throws { if isBroken { throw HarkError(.system, "the disk is full") } }
    }

    private func server(_ world: World, _ store: some SessionStore) async throws -> Server {
        var options = world.server.options
        options.sessionStore = store
        let server = Server(options: options)
        try await server.listen(on: world.endpoint)
        return server
    }

    @Test(arguments: [false, true])
    func `a client is known to a server that was restarted, by its name and its data`(_ isKilled: Bool) async throws {
        try await withSimulation { simulation in
            let store = Journal(simulation)
            let world = try await World(simulation) { $0.sessionStore = store }
            let (client, peer) = try world.connected()
            try peer.data.set("rank", 7)
            try client.data.set("colour", "blue")
            try peer.data.set("gone", 1)
            try peer.data.remove("gone")
            simulation.run(for: .seconds(1))
            simulation.network.partition()
            client.emit("n", 1)
            // A process that is killed says nothing to anybody.
            if isKilled { simulation.network.cutAll() }
            try await simulation.run { await world.server.close() }
            simulation.network.heal()
            let second = try await server(world, store)
            var again: Peer?
            var heard: [String] = []
            second.onConnection { again = $0 }
            second.on("n") { (event: Event) in heard.append(event.isRedelivered ? "again" : "first") }
            try simulation.run { heard.count == 1 }
            let data = try #require(again).data
            #expect(again?.id == peer.id && client.peerID == peer.id)
            #expect(data.keys == ["colour", "rank"] && data.get("rank") == 7 && data.get("colour") == "blue")
            #expect(client.data.keys == ["colour", "rank"])
            guard case .refused(let why) = client.resumption else {
                Issue.record("a session went on although its events are gone")
                return
            }
            #expect(why.contains("restarted"))
            #expect(store.store.count == 1)
            simulation.network.cutAll()
            try simulation.run { client.isConnected && client.resumption == .resumed }
        }
    }

    @Test func `nothing is asked of it for sessions that it could not bring back`() async throws {
        try await withSimulation { simulation in
            let store = Journal(simulation)
            let world = try await World(simulation) {
                $0.sessionStore = store
                $0.dialects = [.native, .uhura]
                $0.sessions.expiry = .seconds(60)
            }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            try peer.data.set("rank", 7)
            try client.data.set("colour", "blue")
            simulation.run(for: .seconds(100))
            client.connection?.close()
            simulation.run(for: .seconds(100))
            let (_, other) = try world.connected { $0.dialect = .uhura }
            try await simulation.run { await other.invalidateSession() }
            #expect(store.calls.isEmpty && store.store.count == 0)
            _ = try world.connected()
            simulation.run(for: .seconds(1))
            #expect(store.store.count == 1)
        }
    }

    @Test func `a record ends with its session, but not with its server`() async throws {
        try await withSimulation { simulation in
            let store = Journal(simulation)
            let world = try await World(simulation) { $0.sessionStore = store }
            let (first, _) = try world.connected()
            let (_, second) = try world.connected()
            let (_, third) = try world.connected()
            _ = try world.connected()
            simulation.settle()
            #expect(store.store.count == 4)
            try await simulation.run {
                await first.close()
                await second.close()
                await third.invalidateSession()
            }
            simulation.run(for: .milliseconds(10))
            #expect(store.calls.filter { $0 == "remove" }.count == 3)
            try await simulation.run { await world.server.close() }
            #expect(store.store.count >= 1)
        }
    }

    @Test func `the record of a client that stays is kept for as long as it stays`() async throws {
        try await withSimulation { simulation in
            let store = Journal(simulation)
            let world = try await World(simulation) {
                $0.sessionStore = store
                $0.sessions.expiry = .seconds(20)
            }
            let (client, peer) = try world.connected()
            simulation.run(for: .seconds(600))
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            try await simulation.run { await world.server.close() }
            simulation.network.heal()
            _ = try await server(world, store)
            try simulation.run { client.isConnected }
            #expect(client.peerID == peer.id)
        }
    }

    @Test func `a store that fails is told of, and nobody is turned away for it`() async throws {
        try await withSimulation { simulation in
            let store = Journal(simulation)
            let world = try await World(simulation) { $0.sessionStore = store }
            var errors: [HarkError.Code] = []
            world.server.on(.error) { errors.append($0.code) }
            store.isBroken = true
            let (client, _) = try world.connected()
            simulation.settle()
            #expect(errors == [.system])
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            try await simulation.run { await world.server.close() }
            simulation.network.heal()
            let second = try await server(world, store)
            second.on(.error) { errors.append($0.code) }
            try simulation.run { client.isConnected }
            simulation.settle()
            #expect(client.resumption != .new && errors.count > 2)
        }
    }

    @Test func `what is no record of ours is refused`() async throws {
        try await withSimulation { simulation in
            let store = Journal(simulation)
            let world = try await World(simulation) { $0.sessionStore = store }
            let (client, peer) = try world.connected()
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            try await simulation.run { await world.server.close() }
            simulation.network.heal()
            store.isForgetful = true
            let second = try await server(world, store)
            var errors: [HarkError.Code] = []
            second.on(.error) { errors.append($0.code) }
            try simulation.run { client.isConnected }
            #expect(errors == [.system] && client.peerID != peer.id)
        }
    }
}
