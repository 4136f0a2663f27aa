import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct SharedDataTests {
    @Test(arguments: Wire.allCases)
    func `what one side sets the other gets, before the events that follow`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var seen: [Value?] = []
            pair.server.on("look") { seen.append(pair.peer.data.get("colour")) }
            pair.client.on("look") { seen.append(pair.client.data.get("size")) }
            try pair.client.data.set("colour", "blue")
            pair.client.emit("look")
            try await pair.sync()
            try pair.peer.data.set("size", 7)
            pair.peer.emit("look")
            try await pair.sync()
            try pair.client.data.remove("colour")
            pair.client.emit("look")
            try await pair.sync()
            #expect(seen == ["blue", 7, nil])
            #expect(pair.peer.data.keys == ["size"] && pair.client.data.keys == ["size"])
            #expect(try pair.client.data.get("size", as: Int.self) == 7)
            #expect(throws: ArgumentError.self) { try pair.client.data.get("size", as: String.self) }
        }
    }

    @Test func `only what the other side changes is told`() async throws {
        try await withPair(.simulated) { pair in
            var changes: [SharedData.Change] = []
            pair.client.on(.dataChange) { changes.append($0) }
            try pair.client.data.set("a", 1)
            try pair.peer.data.set("b", [2])
            try await pair.sync()
            try pair.peer.data.remove("a")
            try await pair.sync()
            #expect(changes.map(\.key) == ["b", "a"])
            #expect(changes.map(\.value) == [.array([2]), nil])
        }
    }

    @Test func `set on both sides at once, the server's value counts`() async throws {
        try await withPair(.simulated) { pair in
            try pair.client.data.set("k", "client")
            try pair.peer.data.set("k", "server")
            try await pair.sync()
            #expect(pair.client.data.get("k") == "server" && pair.peer.data.get("k") == "server")
            try pair.client.data.set("k", "later")
            try await pair.sync()
            #expect(pair.client.data.get("k") == "later" && pair.peer.data.get("k") == "later")
        }
    }

    @Test(arguments: 1...50)
    func `whatever breaks, both sides agree in the end`(seed: UInt64) async throws {
        try await withSimulation(seed: seed, conditions: .hostile) { simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            var peer: Peer?
            server.onConnection { peer = $0 }
            client.connect()
            try await simulation.run { try await client.connected() }
            let shared = try #require(peer)
            for n in 0..<60 {
                let key = ["a", "b", "c"].randomElement(using: &simulation.random) ?? "a"
                let side = Bool.random(using: &simulation.random) ? client.data : shared.data
                if simulation.random.isOne(in: 5) { try side.remove(key) } else { try side.set(key, n) }
                if simulation.random.isOne(in: 3) { client.emit("event", n) }
                if simulation.random.isOne(in: 4) { shared.emit("event", n) }
                if simulation.random.isOne(in: 6) { simulation.network.cutAll() }
                simulation.run(for: .milliseconds(Int.random(in: 0..<300, using: &simulation.random)))
            }
            simulation.network.conditions = .ordinary
            simulation.network.cutAll()
            simulation.run(for: .seconds(120))
            #expect(client.isConnected && client.resumption == .resumed)
            #expect(client.data.keys == shared.data.keys)
            for key in ["a", "b", "c"] { #expect(client.data.get(key) == shared.data.get(key)) }
            try await simulation.run {
                await client.close()
                await server.close()
            }
        }
    }

    @Test func `a client brings its data along when the server is another one`() async throws {
        try await withSimulation { simulation in
            let first = Server(options: simulation.serverOptions())
            let endpoint = try await first.listen(on: .tcp(port: 0))
            let client = Client(to: endpoint, options: simulation.clientOptions())
            client.connect()
            try await simulation.run { try await client.connected() }
            try client.data.set("k", 1)
            try await simulation.run { await first.close() }
            let second = Server(options: simulation.serverOptions())
            _ = try await second.listen(on: endpoint)
            var peer: Peer?
            second.onConnection { peer = $0 }
            simulation.run(for: .seconds(60))
            #expect(peer?.data.get("k") == 1)
            try await simulation.run {
                await client.close()
                await second.close()
            }
        }
    }

    @Test func `there is a limit, on both sides`() async throws {
        var options = PairOptions()
        options.clientLimits.dataByteCount = 200
        options.serverLimits.dataByteCount = 100
        try await withPair(.simulated, options) { pair in
            var errors: [HarkError.Code] = []
            pair.peer.on(.error) { errors.append($0.code) }
            let long = String(repeating: "x", count: 150)
            try pair.client.data.set("k", long)
            #expect(throws: HarkError.self) { try pair.client.data.set("l", long) }
            #expect(throws: HarkError.self) { try pair.client.data.set(String(repeating: "k", count: 256), 1) }
            try await pair.sync()
            #expect(errors == [.limit])
            #expect(pair.peer.data.get("k") == nil)
            try pair.client.data.set("k", "short")
            try await pair.sync()
            #expect(pair.peer.data.get("k") == "short")
        }
    }
}
