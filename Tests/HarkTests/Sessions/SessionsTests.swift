import Hark
import HarkTesting
import Testing

/// What outlives a connection.
@EventLoop
@Suite(.timeLimit(.minutes(2)))
struct SessionsTests {
    /// Numbers that arrive at either end.
    @EventLoop
    private final class Ears {
        var atServer: [Int] = []
        var atClient: [Int] = []

        init(_ server: Server, _ client: Client) {
            server.on("n") { (n: Int) in self.atServer.append(n) }
            client.on("n") { (n: Int) in self.atClient.append(n) }
        }
    }

    @Test func `an event sent while offline is delivered once after resuming, in both directions`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, peer) = try world.connected()
            let ears = Ears(world.server, client)
            for round in 1...20 {
                simulation.network.cutAll()
                simulation.network.partition()
                client.emit("n", round)
                peer.emit("n", round)
                simulation.run(for: .seconds(1))
                simulation.network.heal()
                try simulation.run { ears.atServer.count == round && ears.atClient.count == round }
                #expect(client.resumption == .resumed && peer.resumption == .resumed)
            }
            #expect(ears.atServer == Array(1...20) && ears.atClient == Array(1...20))
            #expect(world.server.peers.map(\.id) == [peer.id] && client.peerID == peer.id)
        }
    }

    @Test func `nothing is lost or comes twice, wherever the connection is cut`() async throws {
        for side in [SimulatedCable.Side.dialler, .acceptor] {
            for offset in 1...700 {
                try await withSimulation(seed: UInt64(offset)) { simulation in
                    let world = try await World(simulation)
                    let client = world.client()
                    let ears = Ears(world.server, client)
                    var connections = 0
                    world.server.onConnection { peer in
                        connections += 1
                        for n in 1...20 { peer.emit("n", n) }
                    }
                    for n in 1...20 { client.emit("n", n) }
                    client.connect()
                    try simulation.run { !simulation.network.cables.isEmpty }
                    simulation.network.cables[0].cut(after: offset, from: side)
                    simulation.run(for: .seconds(2))
                    for n in 21...40 { client.emit("n", n) }
                    try simulation.run { ears.atServer.count >= 40 && ears.atClient.count >= 20 }
                    simulation.run(for: .seconds(10))
                    try #require(ears.atServer == Array(1...40))
                    // A handshake that is cut leaves the server a session that its client does not know of.
                    try #require(ears.atClient == Array(1...20))
                    try #require(connections <= 2)
                }
            }
        }
    }

    @Test func `a session that nobody comes back to ends, and its peer with it`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions.expiry = .seconds(10) }
            let (client, peer) = try world.connected()
            var life: [String] = []
            peer.on(.disconnect) { _ in life.append("disconnect") }
            peer.on(.close) { life.append("close") }
            simulation.network.cutAll()
            simulation.network.partition()
            simulation.run(for: .seconds(9))
            #expect(life == ["disconnect"] && world.server.peers.isEmpty && world.server.peer(peer.id) === peer)
            simulation.run(for: .seconds(2))
            #expect(life == ["disconnect", "close"] && world.server.peer(peer.id) == nil)
            #expect(peer.emit("late") == .dropped(.closed))
            simulation.network.heal()
            try simulation.run { client.isConnected }
            guard case .refused(let why) = client.resumption else {
                Issue.record("the session was resumed after its end")
                return
            }
            #expect(!why.isEmpty)
        }
    }

    @Test func `what was not acknowledged comes again in a new session, marked as redelivered`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions.expiry = .seconds(10) }
            let (client, _) = try world.connected()
            var heard: [String] = []
            world.server.on("n") { (event: Event) in
                heard.append("\(try event.decode(Int.self))\(event.isRedelivered ? " again" : "")")
            }
            client.emit("n", 1)
            try simulation.run { heard == ["1"] }
            simulation.network.cutAll()
            simulation.network.partition()
            client.emit("n", 2)
            simulation.run(for: .seconds(60))
            simulation.network.heal()
            try simulation.run { heard.count == 3 }
            client.emit("n", 3)
            try simulation.run { heard.count == 4 }
            #expect(heard == ["1", "1 again", "2", "3"])
        }
    }

    @Test func `the newest connection takes the session over, and work that was under way is not repeated`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, peer) = try world.connected()
            let gate = Signal()
            var begun: [Int] = []
            world.server.on("slow") { (n: Int) async throws in
                begun.append(n)
                await gate.wait()
            }
            client.emit("slow", 1)
            try simulation.run { begun == [1] }
            // Only the client notices: the server still believes in the old connection.
            simulation.network.cables[0].silence(from: nil)
            try simulation.run {
                client.isConnected && simulation.network.cables.count == 2 && peer.resumption == .resumed
            }
            client.emit("slow", 2)
            try simulation.run { begun.count == 2 }
            gate.fire()
            simulation.run(for: .seconds(10))
            #expect(begun == [1, 2] && world.server.peers.count == 1)
        }
    }

    @Test func `who says goodbye, or asks for none, has no session`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (first, firstPeer) = try world.connected()
            simulation.start { await first.close() }
            try simulation.run { firstPeer.isClosed }
            let (_, second) = try world.connected { $0.sessions = false }
            simulation.network.cutAll()
            try simulation.run { second.isClosed }
            #expect(world.server.peer(second.id) == nil)
        }
    }

    // MARK: Invalidating

    @Test func `a session that is invalidated is forgotten on both sides, and the client begins another`() async throws
    {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [Int] = []
            let (client, peer) = try world.connected()
            client.on("n") { (n: Int) in heard.append(n) }
            try client.data.set("k", 1)
            try peer.data.set("l", 2)
            simulation.run(for: .seconds(1))
            var changes: [SharedData.Change] = []
            client.on(.dataChange) { changes.append($0) }
            peer.emit("n", 1)
            try await simulation.run { await peer.invalidateSession() }
            #expect(heard == [1] && peer.isClosed && peer.data.keys.isEmpty && client.data.keys.isEmpty)
            #expect(changes.map(\.key) == ["k", "l"] && changes.allSatisfy { $0.value == nil })
            try simulation.run { client.isConnected }
            #expect(client.resumption == .new && client.peerID != peer.id)
            #expect(world.server.peers.allSatisfy { $0.data.keys.isEmpty })
        }
    }

    @Test func `a client that was away finds its session invalidated when it comes back`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, peer) = try world.connected()
            try client.data.set("k", 1)
            simulation.run(for: .seconds(1))
            simulation.network.partition()
            simulation.network.cutAll()
            client.emit("n", 1)
            simulation.run(for: .seconds(1))
            try await simulation.run { await peer.invalidateSession() }
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            simulation.network.heal()
            try simulation.run { heard.count == 1 }
            #expect(client.resumption == .new && client.data.keys.isEmpty && world.server.peers[0].data.keys.isEmpty)
        }
    }

    @Test func `a session is invalidated while its client resumes it`() async throws {
        for delay in 0..<60 {
            try await withSimulation(seed: UInt64(delay)) { simulation in
                let world = try await World(simulation)
                let (client, peer) = try world.connected()
                try client.data.set("k", 1)
                simulation.run(for: .seconds(1))
                simulation.network.cutAll()
                simulation.run(for: .milliseconds(delay * 2))
                try await simulation.run { await peer.invalidateSession() }
                simulation.run(for: .seconds(30))
                try #require(client.isConnected && client.data.keys.isEmpty && client.peerID != peer.id)
            }
        }
    }
}
