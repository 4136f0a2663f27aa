import Hark
import HarkTesting
import Testing

/// Frames whose bytes trickle in.
@EventLoop
@Suite(.timeLimit(.minutes(5)))
struct FrameWatchTests {
    /// The first bytes of an event of 100 000 bytes: header, name of one letter.
    private static let head: [UInt8] = [6, 0xA0, 0x86, 0x01, 1, 0x78]

    /// A connection that is let in, and how it ended at the server.
    private func admitted(
        _ world: World
    ) throws -> (raw: RawPeer, ended: () -> [HarkError.Code]) {
        var lost: [HarkError.Code] = []
        world.server.onConnection { peer in
            peer.on(.disconnect) {

                lost.append($0.code)
            }
        }
        let hello = try world.hello()
        let raw = try world.raw()
        try raw.send(hello)
        try world.simulation.run { world.server.peers.count == 1 }
        return (raw, { lost })
    }

    @Test func `a byte a second ends the connection with the reason`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (raw, ended) = try admitted(world)
            let start = simulation.clock.now
            try raw.send(Self.head)
            while raw.ended.count == 0 {
                try raw.send([0])
                simulation.run(for: .seconds(1))
                try #require(simulation.clock.now - start < 40_000)
            }
            #expect((30_000...33_000).contains(simulation.clock.now - start))
            #expect(ended() == [.timeout])
            // `frameTimeout`, as the protocol's page has it.
            #expect(String(decoding: raw.bytes, as: UTF8.self).contains("a frame took longer than 30.0 seconds"))
        }
    }

    @Test func `ten thousand bytes a second arrive, however long that takes`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.timing.frame = .seconds(2) }
            var heard: [Int] = []
            world.server.onAny { heard.append(try $0.arguments.count) }
            let (raw, ended) = try admitted(world)
            try raw.send(Self.head)
            for _ in 0..<10 {
                try raw.send([UInt8](repeating: 0xF6, count: 9_999))
                simulation.run(for: .seconds(1))
            }
            try raw.send([UInt8](repeating: 0xF6, count: 8))
            simulation.run(for: .seconds(1))
            #expect(ended() == [] && heard == [99_998])
            // The watch looks at what there is, which is nothing: silence between frames is no fault of theirs.
            try raw.send([UInt8](Self.head.prefix(3)))
            simulation.run(for: .seconds(1))
            #expect(ended().isEmpty)
            simulation.run(for: .seconds(2))
            #expect(ended() == [.timeout])
        }
    }

    @Test func `zero turns it off`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.timing.frame = .zero }
            let (raw, ended) = try admitted(world)
            try raw.send(Self.head)
            for _ in 0..<300 {
                try raw.send([0])
                simulation.run(for: .seconds(1))
            }
            #expect(ended().isEmpty)
        }
    }

    @Test func `a crowd of slow ones is gone when their time is over, and harms nobody`() async throws {
        let crowd = SweepSize.of(quick: 100, full: 10_000, soak: 10_000)
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.limits.peerCount = crowd + 1
                $0.timing.heartbeat = .zero
            }
            let (client, peer) = try world.connected()
            var heard = 0
            peer.on("n") { heard += 1 }
            let hello = try world.hello()
            var slow: [RawPeer] = []
            for _ in 0..<crowd {
                let raw = try world.raw()
                try raw.send(hello)
                slow.append(raw)
            }
            try simulation.run { world.server.peers.count == crowd + 1 }
            let start = simulation.clock.now
            for raw in slow { try raw.send(Self.head) }
            while simulation.clock.now - start < 33_000 {
                for raw in slow where raw.ended.count == 0 { try? raw.send([0]) }
                client.emit("n")
                simulation.run(for: .seconds(1))
            }
            let endedCount = slow.count { $0.ended.count == 1 }
            #expect(endedCount == crowd)
            #expect(world.server.peers.map(\.id) == [peer.id] && heard == 33)
        }
    }
}
