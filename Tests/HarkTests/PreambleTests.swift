import Hark
import HarkTesting
import Testing

/// What a client says ahead of what waits.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct PreambleTests {
    /// A server that lets nobody have events before a login, and writes down what arrives in which order.
    private func journal(_ world: World) throws -> Journal {
        let journal = Journal()
        world.server.onAny { event in journal.lines.append(event.name) }
        try world.server.reply(to: "login") { (name: String) -> String in
            journal.lines.append("login \(name)")
            return "welcome"
        }
        return journal
    }

    @EventLoop
    private final class Journal { var lines: [String] = [] }

    @Test func `what onConnect says comes before everything that waits, on each connection`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let journal = try journal(world)
            var resumptions: [Resumption] = []
            let client = world.client {
                $0.onConnect = { preamble in
                    resumptions.append(preamble.resumption)
                    try preamble.emit("hello", 1)
                    let answer: String = try await preamble.request("login", "ada")
                    #expect(answer == "welcome")
                    try preamble.emit("ready", values: [true])
                }
            }
            client.emit("queued")
            client.connect()
            try simulation.run { journal.lines.count == 4 }
            simulation.network.cutAll()
            simulation.network.partition()
            client.emit("offline")
            simulation.run(for: .seconds(1))
            simulation.network.heal()
            try simulation.run { journal.lines.count == 8 }
            #expect(
                journal.lines == [
                    "hello", "login ada", "ready", "queued", "hello", "login ada", "ready", "offline",
                ])
            #expect(resumptions == [.new, .resumed])
        }
    }

    @Test func `a client is not connected before onConnect has returned`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let gate = Signal()
            let client = world.client { $0.onConnect = { _ in await gate.wait() } }
            var life: [String] = []
            World.record(client) { life.append($0) }
            client.connect()
            simulation.run(for: .seconds(1))
            #expect(!client.isConnected && life.isEmpty && client.emit("n") == .queued)
            gate.fire()
            try simulation.run { client.isConnected }
            #expect(life == ["connect"])
        }
    }

    @Test func `onConnect that throws or takes too long is an attempt that has failed`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let journal = try journal(world)
            var errors: [String] = []
            var attempts = 0
            let client = world.client {
                $0.onConnect = { preamble in
                    attempts += 1
                    if attempts == 1 { throw HarkError(.requestFailed, "on purpose") }
                    if attempts == 2 { await Signal().wait() }
                }
            }
            client.on(.connectError) { errors.append($0.message) }
            client.emit("queued")
            client.connect()
            try simulation.run { client.isConnected }
            simulation.run(for: .seconds(1))
            #expect(errors.count == 2 && errors[0].contains("on purpose") && errors[1].contains("5.0 seconds"))
            #expect(attempts == 3 && journal.lines == ["queued"])
        }
    }

    @Test func `a preamble that outlives its connection says nothing on another`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let journal = try journal(world)
            var preambles: [Preamble] = []
            let gate = Signal()
            let client = world.client {
                $0.onConnect = { preamble in
                    preambles.append(preamble)
                    if preambles.count == 1 { await gate.wait() }
                }
            }
            client.connect()
            try simulation.run { preambles.count == 1 }
            simulation.network.cutAll()
            try simulation.run { client.isConnected }
            gate.fire()
            simulation.run(for: .seconds(20))
            for preamble in preambles {
                #expect(throws: HarkError.self) { try preamble.emit("late") }
                try await simulation.run {
                    await #expect(throws: HarkError.self) { let _: Bool = try await preamble.request("login", "x") }
                }
            }
            #expect(client.isConnected && journal.lines.isEmpty)
        }
    }

    @Test func `closing while onConnect runs ends at once`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var isRunning = false
            let client = world.client {
                $0.onConnect = { _ in
                    isRunning = true
                    await Signal().wait()
                }
            }
            client.connect()
            try simulation.run { isRunning }
            try await simulation.run { await client.close() }
            #expect(client.isClosed)
        }
    }

    @Test func `what does not fit is refused`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var errors: [HarkError.Code] = []
            let client = world.client {
                $0.onConnect = { preamble in
                    do { try preamble.emit(String(repeating: "n", count: 256)) } catch let error as HarkError {
                        errors.append(error.code)
                    }
                    do { try preamble.emit("long", String(repeating: "x", count: 2 << 20)) } catch let error
                        as HarkError
                    {
                        errors.append(error.code)
                    }
                }
            }
            client.connect()
            try simulation.run { client.isConnected }
            #expect(errors == [.limit, .limit])
        }
    }

    @Test(arguments: [Dialect.uhura, .socketIPC])
    func `what the dialect forbids is forbidden ahead too`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = dialect }
            var heard: [String] = []
            world.server.onAny { heard.append($0.name) }
            var codes: [HarkError.Code?] = []
            let (client, peer) = try world.connected {
                $0.dialect = dialect
                $0.onConnect = { preamble in
                    for name in ["_set", "connect", "two"] {
                        do {
                            try preamble.emit(name, "stolen", 1)
                            codes.append(nil)
                        } catch {
                            codes.append((error as? HarkError)?.code)
                        }
                    }
                    try preamble.emit("one", 1)
                    try preamble.emit("none")
                }
            }
            simulation.run(for: .seconds(1))
            if dialect == .uhura {
                #expect(codes == [.unsupported, .unsupported, nil] && heard == ["two", "one", "none"])
                #expect(peer.data.get("stolen") == nil)
            } else {
                #expect(codes == [.arguments, .arguments, .arguments] && heard == ["one", "none"])
            }
            #expect(client.isConnected)
        }
    }
}
