import Hark
import HarkProtocol
import HarkTesting
import Testing

/// Peers that ask for more than there is room for.
@EventLoop
@Suite(.timeLimit(.minutes(5)))
struct OverloadTests {
    private static func frame(_ kind: NativeKind, _ body: [UInt8]) -> [UInt8] {
        [kind.rawValue, UInt8(body.count), 0, 0] + body
    }

    /// A connection that is let in and says what the test says.
    private func admitted(_ world: World) throws -> (RawPeer, Peer) {
        let raw = try world.raw()
        try raw.send(Greeting.bytes())
        try world.simulation.run { world.server.peers.count == 1 }
        world.simulation.run(for: .milliseconds(100))
        return (raw, world.server.peers[0])
    }

    @Test func `who asks and does not read the answers is refused, then sent away, and memory stays`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits.queueByteCount = 200_000 }
            simulation.network.conditions.bufferByteCount = 64 << 10
            var answers = 0
            try world.server.reply(to: "x") {
                answers += 1
                return Bytes(repeatElement(0, count: 10_000))
            }
            let (raw, peer) = try admitted(world)
            var lost: [HarkError.Code] = []
            peer.on(.disconnect) { lost.append($0.code) }
            raw.connection.stopReading()
            for id in 128...5_000 where lost.isEmpty {
                let number = [UInt8(id % 128) | 0x80, UInt8(id / 128)]
                try raw.send(Self.frame(.namedRequest, number + [0, 1, 0x78]))
                simulation.run(for: .milliseconds(10))
                try #require(peer.queuedByteCount <= 200_000 + 10_100 + (64 << 10))
            }
            #expect(lost == [.limit] && answers < 40)
        }
    }

    @Test func `no more requests are worked on than the limit, and each that ends makes room`() async throws {
        var options = PairOptions()
        options.serverLimits.requestCount = 10
        try await withPair(.simulated, options) { pair in
            let gate = Signal()
            try pair.server.reply(to: "slow") { (n: Int) async throws -> Int in
                await gate.wait()
                return n
            }
            let client = pair.client
            for _ in 0..<3 {
                var (done, refused) = (0, 0)
                for n in 0..<25 {
                    EventLoop.task {
                        do {
                            let _: Int = try await client.request("slow", n, within: .seconds(600))
                            done += 1
                        } catch let error as HarkError where error.code == .limit {
                            refused += 1
                        } catch {}
                    }
                }
                pair.pass(.seconds(1))
                #expect(refused == 15 && done == 0)
                gate.fire()
                pair.pass(.seconds(1))
                #expect(done == 10)
                try await pair.sync()
                gate.reset()
            }
        }
    }

    @Test func `who sends more events than the window holds, while they are in work, is sent away`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits.windowEventCount = 10 }
            let gate = Signal()
            var begun = 0
            world.server.on("x") { () async throws in
                begun += 1
                await gate.wait()
            }
            let (raw, peer) = try admitted(world)
            var lost: [HarkError.Code] = []
            peer.on(.disconnect) { lost.append($0.code) }
            let event = Self.frame(.namedEvent, [1, 0x78])
            for _ in 0..<10 { try raw.send(event) }
            simulation.run(for: .seconds(1))
            #expect(begun == 10 && lost.isEmpty)
            try raw.send(event)
            simulation.run(for: .seconds(1))
            #expect(lost == [.limit])
            gate.fire()
        }
    }
}
