import Hark
import HarkProtocol
import HarkTesting
import HarkWire
import Testing

/// Sessions in the hands of people they do not belong to.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct SessionAbuseTests {
    /// Somebody who knows the protocol and makes his own claims.
    @EventLoop
    private struct Thief {
        let world: World

        /// What the server grants; nil when it turns the claim away.
        func grant(
            _ claim: NativeSessionClaim?, _ credentials: Value? = nil
        ) throws -> (grant: NativeSessionGrant?, raw: RawPeer) {
            let raw = try world.raw()
            try raw.send(Greeting.bytes(claim, credentials))
            world.simulation.run(for: .milliseconds(200))
            return (try Greeting.grant(in: raw.bytes, to: claim), raw)
        }
    }

    /// A session that waits for its client, which is a `Thief` as well, but an honest one.
    private func waitingSession(
        _ world: World, _ credentials: Value? = nil
    ) throws -> (NativeSessionClaim, Peer) {
        var arrived: Peer?
        let subscription = world.server.onConnection { arrived = $0 }
        let (grant, raw) = try Thief(world: world).grant(nil, credentials)
        subscription.cancel()
        let session = try #require(grant)
        raw.connection.close()
        world.simulation.run(for: .milliseconds(100))
        return (NativeSessionClaim(id: session.id, token: session.token, received: 0), try #require(arrived))
    }

    @Test func `no guess of a token resumes a session, however close it is`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (claim, peer) = try waitingSession(world)
            let thief = Thief(world: world)
            var guesses = (0..<64).flatMap { bit -> [NativeIdentifier] in
                [
                    NativeIdentifier(high: claim.token.high ^ 1 << bit, low: claim.token.low),
                    NativeIdentifier(high: claim.token.high, low: claim.token.low ^ 1 << bit),
                ]
            }
            guesses += [NativeIdentifier(high: 0, low: 0), claim.id]
            for token in guesses {
                let (grant, raw) = try thief.grant(NativeSessionClaim(id: claim.id, token: token, received: 0))
                guard case .refused = grant?.outcome else {
                    Issue.record("resumed by \(token)")
                    return
                }
                #expect(grant?.id != claim.id)
                raw.connection.close()
            }
            #expect(!peer.isClosed && !world.server.peers.contains { $0 === peer })
            // Whose it is comes back to it all the same.
            let own = try thief.grant(claim).grant
            #expect(own?.outcome == .resumed)
            #expect(world.server.peers.contains { $0 === peer } && peer.resumption == .resumed)
        }
    }

    @Test func `a claim that is shown again after the session's end is refused`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions.expiry = .seconds(5) }
            let (claim, peer) = try waitingSession(world)
            let thief = Thief(world: world)
            simulation.run(for: .seconds(6))
            #expect(peer.isClosed)
            for _ in 0..<3 {
                guard case .refused = try thief.grant(claim).grant?.outcome else {
                    Issue.record("a session that had ended was resumed")
                    return
                }
            }
        }
    }

    @Test func `a claim counts nothing before the application has let its owner in`() async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) {
                $0.sessions.expiry = .seconds(5)
                $0.timing.handshake = .seconds(60)
                $0.authorize = { hello, _ in
                    if hello.credentials == .string("slow") { await gate.wait() }
                    guard hello.credentials != .string("foe") else { throw HarkError(.handshake, "no") }
                }
            }
            let (claim, peer) = try waitingSession(world, .string("friend"))
            peer.emit("secret", 42)
            let thief = Thief(world: world)
            let (grant, raw) = try thief.grant(claim, .string("foe"))
            #expect(grant == nil && raw.ended.count == 1 && !peer.isClosed)
            #expect(peer.resumption == .new && world.server.peers.isEmpty)
            // Its time goes on while the application makes up its mind, and is over before that.
            let slow = try world.raw()
            try slow.send(Greeting.bytes(claim, .string("slow")))
            simulation.run(for: .seconds(10))
            #expect(peer.isClosed)
            gate.fire()
            simulation.run(for: .seconds(1))
            #expect(peer.resumption == .new && world.server.peers.count == 1)
        }
    }

    @Test func `a claim to have received what was never sent ends the session, and acknowledges nothing`()
        async throws
    {
        for received in [1, 3, 4, UInt64(Int64.max)] {
            try await withSimulation { simulation in
                let world = try await World(simulation)
                let (claim, peer) = try waitingSession(world)
                for n in 0..<3 { peer.emit("n", n) }
                var lie = claim
                lie.received = received
                let raw = try world.raw()
                try raw.send(Greeting.bytes(lie))
                simulation.run(for: .milliseconds(200))
                #expect(raw.ended.count == 1 && peer.isClosed)
                #expect(peer.statistics.acknowledged == 0 && peer.statistics.dropped == [.closed: 3])
                guard case .refused = try Thief(world: world).grant(claim).grant?.outcome else {
                    Issue.record("a session that had ended was resumed")
                    return
                }
            }
        }
    }

    @Test func `sessions that nobody comes back to stay within their number`() async throws {
        let count = SweepSize.of(quick: 400, full: 10_000, soak: 100_000)
        let limit = count / 10
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions.count = limit }
            var peers: [Peer] = []
            world.server.onConnection { peers.append($0) }
            let hello = Greeting.bytes()
            for index in 1...count {
                let raw = try world.raw()
                try raw.send(hello)
                try simulation.run { peers.count == index }
                raw.connection.close()
                if index % 100 == 0 {
                    let kept = peers.count { !$0.isClosed }
                    try #require(kept <= limit)
                }
            }
            simulation.run(for: .seconds(1))
            // The newest ones: each that came ended the one that had waited longest.
            #expect(peers.suffix(limit - 1).allSatisfy { !$0.isClosed } && peers.dropLast(limit).allSatisfy(\.isClosed))
            simulation.run(for: .seconds(130))
            let left = peers.count { !$0.isClosed }
            #expect(left == 0)
        }
    }
}
