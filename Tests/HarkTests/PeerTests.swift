import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct PeerTests {
    @Test func `a peer is found by its name, 16 hexadecimal digits, while it is connected`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, peer) = try world.connected()
            let (_, other) = try world.connected()
            #expect(peer.id.count == 16 && peer.id.allSatisfy(\.isHexDigit))
            #expect(peer.id != other.id)
            #expect(world.server.peer(peer.id) === peer)
            try await simulation.run { await client.close() }
            try simulation.run { peer.isClosed }
            #expect(world.server.peer(peer.id) == nil)
            #expect(world.server.peer(other.id) === other)
        }
    }

    @Test func `what a peer emits reaches its client alone`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (first, peer) = try world.connected()
            let (second, _) = try world.connected()
            var heard: [String] = []
            first.on("n") { heard.append("first") }
            second.on("n") { heard.append("second") }
            peer.emit("n")
            simulation.run(for: .seconds(1))
            #expect(heard == ["first"])
            world.server.emit("n")
            simulation.run(for: .seconds(1))
            #expect(heard.sorted() == ["first", "first", "second"])
        }
    }

    @Test func `a peer's listeners hear its client alone, and before the server's`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (first, peer) = try world.connected()
            let (second, _) = try world.connected()
            var heard: [String] = []
            world.server.on("n") { (n: Int) in heard.append("server \(n)") }
            peer.on("n") { (n: Int) in heard.append("peer \(n)") }
            first.emit("n", 1)
            simulation.run(for: .seconds(1))
            second.emit("n", 2)
            simulation.run(for: .seconds(1))
            #expect(heard == ["peer 1", "server 1", "server 2"])
        }
    }

    @Test func `a peer's own answer comes before its server's`() async throws {
        try await withPair(.simulated) { pair in
            try pair.server.reply(to: "who") { "server" }
            try pair.peer.reply(to: "who") { "peer" }
            let own: String = try await pair.run { try await pair.client.request("who") }
            #expect(own == "peer")
            pair.peer.stopReplying(to: "who")
            let shared: String = try await pair.run { try await pair.client.request("who") }
            #expect(shared == "server")
        }
    }

    @Test func `closing a peer ends its connection after what was emitted before, and no other`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (first, peer) = try world.connected { $0.reconnects = false }
            let (second, _) = try world.connected()
            var heard: [String] = []
            first.on("last") { heard.append("last") }
            first.on(.close) { heard.append("close") }
            peer.on(.close) { heard.append("peer close") }
            peer.emit("last")
            try await simulation.run { await peer.close() }
            try await simulation.run { await peer.close() }
            try simulation.run { first.isClosed }
            #expect(heard.filter { $0 != "peer close" } == ["last", "close"])
            #expect(heard.count == 3)
            #expect(peer.emit("late") == .dropped(.closed))
            #expect(second.isConnected && world.server.peers.count == 1)
        }
    }
}
