import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct RoomWaiterTests {
    private static let load = Bytes([UInt8](repeating: 1, count: 1_000))

    private func withClient(
        _ overflow: OverflowPolicy = .dropNewest,
        _ body: @EventLoop (Simulation, World, Client) async throws -> Void
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client {
                $0.limits.queueByteCount = 20_000
                $0.limits.highWaterByteCount = 10_000
                $0.limits.lowWaterByteCount = 5_000
                $0.limits.overflow = overflow
            }
            try await body(simulation, world, client)
        }
    }

    /// Emits, and tells how it has ended.
    private func emit(
        _ n: Int, by emitter: Emitter, _ simulation: Simulation, within seconds: Int = 60,
        _ end: @escaping @EventLoop (HarkError.Code?) -> Void
    ) {
        simulation.start {
            do {
                try await emitter.emit("n", n, Self.load, ack: .within(.seconds(seconds)))
                end(nil)
            } catch {
                end((error as? HarkError)?.code)
            }
        }
    }

    private func fill(_ client: Client) { while client.queuedByteCount < 15_000 { client.emit("load", Self.load) } }

    @Test(arguments: OverflowPolicy.allCases)
    func `awaited events wait for room, and none is dropped`(_ overflow: OverflowPolicy) async throws {
        try await withClient(overflow) { simulation, world, client in
            var heard: [Int] = []
            world.server.on("n") { (n: Int, _: Bytes) in heard.append(n) }
            var ends = 0
            for n in 0..<200 { emit(n, by: client, simulation) { ends += $0 == nil ? 1 : 0 } }
            simulation.settle()
            #expect(client.statistics.emitted == 10 && client.queuedByteCount <= 11_200)
            client.connect()
            try simulation.run { ends == 200 }
            #expect(heard == Array(0..<200))
            #expect(client.statistics.dropped.isEmpty && client.statistics.acknowledged == 200)
        }
    }

    @Test(arguments: [OverflowPolicy.dropNewest, .latestPerName])
    func `who is let in and finds the room taken by others waits again, in front of the next`(
        _ overflow: OverflowPolicy
    ) async throws {
        try await withClient(overflow) { simulation, world, client in
            simulation.network.conditions.bufferByteCount = 4 << 10
            var heard: [Int] = []
            world.server.on("n") { (n: Int, _: Bytes) in heard.append(n) }
            fill(client)
            var ends: [HarkError.Code?] = []
            for n in 1...3 { emit(n, by: client, simulation) { ends.append($0) } }
            // Its task is begun before that of the one who waits goes on, and says much more than a queue holds.
            client.once(.drain) {
                EventLoop.task { for _ in 0..<300 where !client.isClosed { client.emit("load", Self.load) } }
            }
            client.connect()
            try simulation.run { ends.count == 3 }
            #expect(ends == [nil, nil, nil] && heard == [1, 2, 3])
        }
    }

    @Test func `who waits too long is told, and its event is not sent`() async throws {
        try await withClient { simulation, world, client in
            fill(client)
            let emitted = client.statistics.emitted
            var ends: [HarkError.Code?] = []
            emit(1, by: client, simulation, within: 5) { ends.append($0) }
            emit(2, by: client, simulation, within: 3) { ends.append($0) }
            simulation.run(for: .seconds(4))
            #expect(ends == [.timeout])
            simulation.run(for: .seconds(4))
            #expect(ends == [.timeout, .timeout] && client.statistics.emitted == emitted)
            client.connect()
            simulation.run(for: .seconds(10))
            #expect(client.statistics.acknowledged == emitted)
            let isThrough = try await simulation.run {
                try await client.emit("n", ack: .within(.seconds(1)))
                return true
            }
            #expect(isThrough)
        }
    }

    @Test func `the time waited for room counts`() async throws {
        try await withClient { simulation, world, client in
            var pending: [PendingAcknowledgement] = []
            world.server.onAny { if $0.name == "n" { pending.append($0.deferAcknowledgement()) } }
            fill(client)
            var ends: [HarkError.Code?] = []
            emit(1, by: client, simulation, within: 10) { ends.append($0) }
            simulation.run(for: .seconds(8))
            client.connect()
            simulation.run(for: .milliseconds(1_900))
            #expect(ends.isEmpty && client.statistics.inFlight == 1)
            simulation.run(for: .milliseconds(101))
            #expect(ends == [.timeout])
        }
    }

    @Test func `who is cancelled waits no longer, and does not hold up the next`() async throws {
        try await withClient { simulation, _, client in
            fill(client)
            var ends: [String] = []
            let first = EventLoop.task {
                do {
                    try await client.emit("n", 1, ack: .within(.seconds(60)))
                } catch {
                    ends.append("first: \((error as? HarkError).map { "\($0.code)" } ?? "")")
                }
            }
            simulation.settle()
            emit(2, by: client, simulation) { ends.append($0 == nil ? "second" : "") }
            first.cancel()
            await first.value
            client.connect()
            try simulation.run { ends.count == 2 }
            #expect(ends == ["first: cancelled", "second"])
        }
    }

    @Test func `who comes while the first is let in goes behind it`() async throws {
        try await withClient { simulation, world, client in
            var heard: [Int] = []
            world.server.on("n") { (n: Int, _: Bytes) in heard.append(n) }
            fill(client)
            emit(1, by: client, simulation) { _ in }
            simulation.settle()
            client.once(.drain) { emit(2, by: client, simulation) { _ in } }
            client.connect()
            try simulation.run { heard.count == 2 }
            #expect(heard == [1, 2])
        }
    }

    @Test func `closing turns away who waits`() async throws {
        try await withClient { simulation, _, client in
            fill(client)
            var ends: [HarkError.Code?] = []
            emit(1, by: client, simulation) { ends.append($0) }
            simulation.settle()
            try await simulation.run { await client.close() }
            #expect(ends == [.closed] && client.statistics.isBalanced)
        }
    }

    @Test func `a server does not wait for its slowest peer`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.limits.highWaterByteCount = 10_000 }
            let (first, _) = try world.connected()
            let (second, _) = try world.connected()
            simulation.network.cables.last?.cut()
            try simulation.run { !second.isConnected }
            var heard = 0
            first.on("n") { (_: Int, _: Bytes) in heard += 1 }
            for _ in 0..<20 { world.server.emit("load", Self.load) }
            emit(1, by: world.server, simulation) { _ in }
            simulation.run(for: .milliseconds(20))
            #expect(heard == 1)
        }
    }
}
