import Hark
import HarkProtocol
import HarkTesting
import Testing

/// What a peer says about events that it never got, or has spoken of before.
@EventLoop
@Suite(.timeLimit(.minutes(60)))
struct BogusAcknowledgementTests {
    private static func ack(_ count: UInt8) -> [UInt8] { [NativeKind.ack.rawValue, 1, 0, 0, count] }
    private static func settled(_ sequence: UInt8, _ outcome: UInt8 = 0) -> [UInt8] {
        [NativeKind.settled.rawValue, 2, 0, 0, sequence, outcome]
    }

    /// A client that says what the test says, and its peer.
    @EventLoop
    private final class Liar {
        let world: World
        let raw: RawPeer
        let peer: Peer
        private(set) var errors: [HarkError] = []

        init(_ simulation: Simulation, hello limits: Limits = Limits()) async throws {
            world = try await World(simulation)
            let hello = try world.hello { $0.limits = limits }
            raw = try world.raw()
            try raw.send(hello)
            let server = world.server
            try simulation.run { !server.peers.isEmpty }
            peer = world.server.peers[0]
            peer.on(.disconnect) { self.errors.append($0) }
        }

        func say(_ frames: [UInt8]...) throws {
            for frame in frames { try raw.send(frame) }
            world.simulation.run(for: .milliseconds(100))
        }

        var isRefused: Bool { errors.map(\.code) == [.protocolViolation] }
    }

    @Test func `one more than was sent is refused, and what is kept stays kept`() async throws {
        try await withSimulation { simulation in
            let liar = try await Liar(simulation)
            for _ in 0..<3 { liar.peer.emit("n") }
            simulation.run(for: .milliseconds(100))
            try liar.say(Self.ack(1), Self.ack(1))
            #expect(liar.peer.statistics.acknowledged == 2 && liar.errors.isEmpty)
            try liar.say(Self.ack(2))
            #expect(liar.isRefused && liar.peer.statistics.acknowledged == 2 && liar.peer.statistics.inFlight == 1)
        }
    }

    @Test func `what is emitted and has not left cannot be acknowledged or settled`() async throws {
        var limits = Limits()
        limits.windowEventCount = 2
        for frame in [Self.ack(3), Self.settled(3), Self.settled(127)] {
            try await withSimulation { simulation in
                let liar = try await Liar(simulation, hello: limits)
                for _ in 0..<6 {
                    liar.peer.emit("n", Bytes(repeatElement(0, count: 40_000)))
                    simulation.run(for: .milliseconds(100))
                }
                var outcome: HarkError?
                liar.peer.emit("n", ack: .within(.seconds(1_000_000))) { outcome = $0 }
                try liar.say(frame)
                #expect(liar.isRefused && liar.peer.statistics.acknowledged == 0 && outcome == nil)
            }
        }
    }

    @Test func `an acknowledgement of nothing, or of more than numbers hold, is refused`() async throws {
        let tooMany: [UInt8] = [NativeKind.ack.rawValue, 10, 0, 0] + [UInt8](repeating: 0xFF, count: 9) + [1]
        for frame in [Self.ack(0), tooMany, Self.settled(0)] {
            try await withSimulation { simulation in
                let liar = try await Liar(simulation)
                liar.peer.emit("n")
                simulation.run(for: .milliseconds(100))
                try liar.say(frame)
                #expect(liar.isRefused && liar.peer.statistics.acknowledged == 0)
            }
        }
    }

    @Test func `settling again and again what is settled or acknowledged changes nothing`() async throws {
        try await withSimulation { simulation in
            let liar = try await Liar(simulation)
            var outcomes: [HarkError.Code?] = []
            for _ in 0..<3 { liar.peer.emit("n", ack: .within(.seconds(1_000_000))) { outcomes.append($0?.code) } }
            simulation.run(for: .milliseconds(100))
            try liar.say(Self.ack(1))
            for _ in 0..<SweepSize.of(quick: 1_000, full: 100_000, soak: 1_000_000) / 10 {
                try liar.say(Array((0..<10).map { _ in Self.settled(1, 1) + Self.settled(2, 1) }.joined()))
            }
            #expect(outcomes == [nil, .listener])
            #expect(liar.errors.isEmpty && liar.peer.statistics.acknowledged == 1)
            try liar.say(Self.ack(2))
            #expect(outcomes == [nil, .listener, nil] && liar.peer.statistics.acknowledged == 3)
        }
    }

    @Test func `whatever is acknowledged in whatever order, the count never falls and never passes what was sent`()
        async throws
    {
        for seed in 1...UInt64(SweepSize.of(quick: 200, full: 5_000, soak: 100_000)) {
            try await withSimulation(seed: seed) { simulation in
                let liar = try await Liar(simulation)
                var emitted = 0
                var known = 0
                for _ in 0..<30 where liar.errors.isEmpty {
                    if simulation.random.isOne(in: 2) {
                        liar.peer.emit("n")
                        emitted += 1
                        simulation.run(for: .milliseconds(20))
                    }
                    let number = UInt8.random(in: 0...4, using: &simulation.random)
                    let isAck = simulation.random.isOne(in: 2)
                    try liar.say(isAck ? Self.ack(number) : Self.settled(number, number % 3))
                    let isRight = number > 0 && (isAck ? known : 0) + Int(number) <= emitted
                    if isAck, isRight { known += Int(number) }
                    try #require(liar.errors.isEmpty == isRight)
                    try #require(liar.peer.statistics.acknowledged == known)
                }
                try #require(liar.peer.statistics.isBalanced)
            }
        }
    }
}
