import Foundation
import Hark
import HarkTesting
import Testing

/// Closing, whatever else is going on.
@EventLoop
@Suite(.timeLimit(.minutes(5)))
struct ShutdownTests {
    /// What a server is doing when it is closed.
    enum State: CaseIterable {
        case beforeListening, listening, greeting, authorizing, connected, congested, partitioned, sessionWaits
        case peerCloses, clientCloses, fromEventListener, fromConnectionListener, fromErrorListener, fromCloseListener
    }

    @Test(arguments: State.allCases)
    func `a server closes within its deadline and leaves nothing behind`(_ state: State) async throws {
        try await withSimulation { simulation in
            let gate = Signal()
            let world = try await World(simulation) {
                if state == .authorizing { $0.authorize = { _, _ in await gate.wait() } }
            }
            let server = state == .beforeListening ? Server(options: world.server.options) : world.server
            var closeCount = 0
            server.on(.close) { closeCount += 1 }
            let done = Signal()
            let close: @EventLoop () -> Void = {
                for _ in 0..<2 {
                    simulation.start {
                        await server.close()
                        done.fire()
                    }
                }
            }
            let (clients, raws) = try await prepare(state, world, close)
            let start = simulation.clock.now
            if !state.closesByItself { close() }
            try simulation.run(within: .seconds(60)) { done.count == 2 }
            #expect(simulation.clock.now - start <= 5_050)
            #expect(server.isClosed && closeCount == 1 && server.peers.isEmpty && server.endpoints.isEmpty)
            #expect(server.emit("late") == .dropped(.closed))
            // Once more, when all is over.
            try await simulation.run { await server.close() }
            gate.fire()
            simulation.network.heal()
            simulation.run(for: .seconds(10))
            #expect(closeCount == 1)
            for client in clients { simulation.start { await client.close() } }
            for raw in raws { raw.connection.close() }
            if server !== world.server { simulation.start { await world.server.close() } }
            simulation.run(for: .seconds(10))
            #expect(simulation.network.cables.isEmpty)
            // No timer of anybody's runs any more.
            #expect(simulation.clock.nextDeadline == nil)
        }
    }

    private func prepare(
        _ state: State, _ world: World, _ close: @escaping @EventLoop () -> Void
    ) async throws -> ([Client], [RawPeer]) {
        let simulation = world.simulation
        switch state {
        case .beforeListening, .listening:
            return ([], [])
        case .greeting:
            let raw = try world.raw()
            try raw.send([0x48])
            simulation.run(for: .seconds(1))
            return ([], [raw])
        case .authorizing:
            let client = world.client()
            client.connect()
            simulation.run(for: .seconds(1))
            return ([client], [])
        case .fromConnectionListener:
            world.server.onConnection { _ in close() }
            let client = world.client()
            client.connect()
            simulation.run(for: .seconds(1))
            return ([client], [])
        default:
            let (client, peer) = try world.connected()
            try await prepare(state, world, close, client, peer)
            return ([client], [])
        }
    }

    private func prepare(
        _ state: State, _ world: World, _ close: @escaping @EventLoop () -> Void, _ client: Client, _ peer: Peer
    ) async throws {
        let simulation = world.simulation
        switch state {
        case .congested: for _ in 0..<20 { peer.emit("n", Bytes(repeatElement(0, count: 200_000))) }
        case .partitioned:
            peer.emit("n")
            simulation.network.partition()
        case .sessionWaits:
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
        case .peerCloses: simulation.start { await peer.close() }
        case .clientCloses:
            simulation.start { await client.close() }
            simulation.run(for: .milliseconds(2))
        case .fromEventListener:
            world.server.on("n") { close() }
            client.emit("n")
        case .fromErrorListener:
            struct Broken: Error {}
            world.server.on(.error) { _ in close() }
            world.server.on("n") { throw Broken() }
            client.emit("n")
        case .fromCloseListener:
            peer.on(.close) { close() }
            simulation.start { await client.close() }
        default: break
        }
    }

    @Test func `closing a peer again waits for the first time and cuts nothing short`() async throws {
        try await withSimulation(conditions: .narrow) { simulation in
            let world = try await World(simulation) { $0.timing.close = .seconds(600) }
            let (client, peer) = try world.connected()
            var heard = 0
            client.on("n") { (_: Bytes) in heard += 1 }
            for _ in 0..<10 { peer.emit("n", Bytes(repeatElement(1, count: 2_000))) }
            simulation.start { await peer.close() }
            simulation.run(for: .milliseconds(1))
            simulation.start { await world.server.close() }
            simulation.run(for: .milliseconds(1))
            try await simulation.run { await peer.close() }
            #expect(peer.isClosed)
            simulation.run(for: .seconds(60))
            #expect(heard == 10 && world.server.isClosed)
        }
    }

    @Test func `nothing stays open in the process, over TCP and unix sockets`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                for round in 0..<3 {
                    let before = try Self.descriptors()
                    for wire in Wire.sockets { try await Self.comeAndGo(wire) }
                    // What said goodbye lingers for a second; the first round opens what the process keeps.
                    let clock = Environment.live.clock
                    let start = clock.now
                    while try Self.descriptors() > before, round > 0 {
                        let turn = Signal()
                        let timer = clock.timer { turn.fire() }
                        timer.schedule(at: clock.now + 10)
                        await turn.wait()
                        try #require(clock.now - start < 60_000, "descriptors stay open")
                    }
                }
            }
        }
    }

    /// Every way to begin, and every way to end.
    private static func comeAndGo(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let strangers = Signal()
            var raws: [RawPeer] = []
            for _ in 0..<5 {
                _ = Environment.live.transport.dial(pair.client.endpoint) { result in
                    if let connection = try? result.get() { raws.append(RawPeer(connection)) }
                    strangers.fire()
                }
            }
            await strangers.wait(for: 5)
            try raws[0].send([1, 2, 3, 4])
            try raws[1].send([0x48])
            let abandoned = Client(to: .tcp("127.0.0.1", port: 1), options: pair.client.options)
            abandoned.connect()
            await abandoned.close()
            await pair.peer.close()
            await pair.server.close()
            for raw in raws { raw.connection.close() }
        }
    }

    private static func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}

extension ShutdownTests.State {
    fileprivate var closesByItself: Bool {
        switch self {
        case .fromEventListener, .fromConnectionListener, .fromErrorListener, .fromCloseListener: true
        default: false
        }
    }
}
