import Hark
import HarkTesting
import Testing

/// Everything that can be waited for, started at random moments, and one cause that has to end it.
@EventLoop
final class RacedWorld {
    /// What ends the waiting.
    private enum Cause: CaseIterable {
        case cancelled, clientCloses, serverCloses, connectionIsLost, otherSideIsGone
    }

    private enum Side { case client, server }

    @EventLoop
    private final class Waiting {
        let what: String
        let side: Side
        var task: Task<Void, Never>?
        private(set) var isOver = false

        init(_ what: String, _ side: Side) {
            self.what = what
            self.side = side
        }

        func end() { isOver = true }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let simulation: Simulation
    private let world: World
    private let client: Client
    private let peer: Peer
    private var waiting: [Waiting] = []

    init(_ simulation: Simulation) async throws {
        self.simulation = simulation
        world = try await World(simulation) {
            $0.sessions.expiry = simulation.random.isOne(in: 2) ? .zero : .seconds(30)
            $0.limits.queueByteCount = 1 << 20
        }
        let never = Signal()
        try world.server.reply(to: "never") { () async throws -> Bool in
            await never.wait()
            return true
        }
        world.server.on("unacknowledged") { (_: Bytes) async throws in await never.wait() }
        (client, peer) = try world.connected { $0.reconnects = false }
        try client.reply(to: "never") { () async throws -> Bool in
            await never.wait()
            return true
        }
        client.on("unacknowledged") { (_: Bytes) async throws in await never.wait() }
    }

    func run() async throws {
        let cause = Cause.allCases.randomElement(using: &simulation.random) ?? .cancelled
        for _ in 0..<Int.random(in: 1...12, using: &simulation.random) {
            startAny()
            if simulation.random.isOne(in: 2) { pass(0...20) }
        }
        let start = simulation.clock.now
        try happen(cause)
        // 50 ms, though closing takes as long as it is given when the other side does not answer.
        simulation.run(for: .milliseconds(50))
        for waiting in waiting where isDue(waiting, cause) { try check(waiting, cause, start) }
        try await end(cause, start)
    }

    // MARK: Waiting

    /// More than the network holds.
    private var loadByteCountMax: Int { 2 * simulation.network.conditions.bufferByteCount }

    private func startAny() {
        let load = Bytes(repeatElement(1, count: Int.random(in: 0...loadByteCountMax, using: &simulation.random)))
        let (client, peer, server) = (client, peer, world.server)
        let within = Duration.seconds(10_000)
        switch Int.random(in: 0..<13, using: &simulation.random) {
        case 0: start("client.connected", .client) { try await client.connected() }
        case 1:
            start("client.drained", .client) {
                client.emit("n", load)
                try await client.drained()
            }
        case 2: start("client.request", .client) { let _: Value = try await client.request("never", within: within) }
        case 3: start("client.emit", .client) { try await client.emit("unacknowledged", load, ack: .within(within)) }
        case 4:
            start("peer.drained", .server) {
                peer.emit("n", load)
                try await peer.drained()
            }
        case 5: start("peer.request", .server) { let _: Value = try await peer.request("never", within: within) }
        case 6: start("peer.emit", .server) { try await peer.emit("unacknowledged", load, ack: .within(within)) }
        case 7: start("server.emit", .server) { try await server.emit("unacknowledged", load, ack: .within(within)) }
        case 8: start("client.events", .client) { for await _ in client.events("never", buffering: .newest(1)) {} }
        case 9: start("peer.events", .server) { for await _ in peer.events("never", buffering: .newest(1)) {} }
        case 10: start("server.events", .server) { for await _ in server.events("never", buffering: .newest(1)) {} }
        case 11: start("client.disconnect", .client) { await client.disconnect() }
        default:
            let other = Client(to: world.endpoint, options: client.options)
            start("other.connected", .client) { try await other.connected() }
            if simulation.random.isOne(in: 2) { other.connect() }
            start("other.close", .client) { await other.close() }
        }
    }

    private func start(_ what: String, _ side: Side, _ body: @escaping @EventLoop () async throws -> Void) {
        let entry = Waiting(what, side)
        waiting.append(entry)
        entry.task = EventLoop.task {
            try? await body()
            entry.end()
        }
    }

    private func pass(_ range: ClosedRange<Int>) {
        simulation.run(for: .milliseconds(Int.random(in: range, using: &simulation.random)))
    }

    // MARK: Causes

    private func happen(_ cause: Cause) throws {
        let (client, peer, server) = (client, peer, world.server)
        switch cause {
        case .cancelled: for entry in waiting { entry.task?.cancel() }
        case .clientCloses: for _ in 0...1 { start("client.close", .client) { await client.close() } }
        case .serverCloses:
            start("peer.close", .server) { await peer.close() }
            for _ in 0...1 { start("server.close", .server) { await server.close() } }
        case .connectionIsLost: simulation.network.cutAll()
        case .otherSideIsGone: for cable in simulation.network.cables { cable.silence() }
        }
    }

    /// Who has called `disconnect()` keeps what it has emitted, whatever becomes of a connection that is not there.
    private var wasLeft: Bool { waiting.contains { $0.what == "client.disconnect" } }

    /// Whether the cause alone ends it, at once.
    private func isDue(_ waiting: Waiting, _ cause: Cause) -> Bool {
        switch cause {
        case .cancelled: !waiting.what.hasSuffix("close") && !waiting.what.hasSuffix("disconnect")
        // Work that never ends keeps the other side from saying farewell.
        case .clientCloses, .serverCloses, .otherSideIsGone: false
        case .connectionIsLost: waiting.side == .client && waiting.what.hasPrefix("client") && !wasLeft
        }
    }

    private func end(_ cause: Cause, _ start: UInt64) async throws {
        // Three heartbeats, and the session's time; or the deadline of `close()`.
        simulation.run(for: .seconds(cause == .otherSideIsGone ? 60 : 12))
        let dead: [Side] =
            switch cause {
            case .cancelled: []
            case .clientCloses: [.client]
            case .otherSideIsGone: wasLeft ? [] : [.client]
            case .serverCloses: wasLeft ? [.server] : [.client, .server]
            case .connectionIsLost: []
            }
        for waiting in waiting where dead.contains(waiting.side) && !waiting.what.hasPrefix("other") {
            try check(waiting, cause, start)
        }
        let (client, server) = (client, world.server)
        try await simulation.run {
            await client.close()
            await server.close()
        }
        simulation.settle()
        let left = waiting.filter { !$0.isOver && $0.what != "other.connected" }
        for waiting in left { try check(waiting, cause, start) }
        for waiting in waiting { waiting.task?.cancel() }
        simulation.run(for: .seconds(12))
        for waiting in waiting { try check(waiting, cause, start) }
    }

    private func check(_ waiting: Waiting, _ cause: Cause, _ start: UInt64) throws {
        guard !waiting.isOver else { return }
        let time = simulation.clock.now - start
        throw Failure(description: "\(waiting.what) still waits \(time) ms after \(cause)")
    }
}
