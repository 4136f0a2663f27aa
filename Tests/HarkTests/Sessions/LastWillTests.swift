import Hark
import HarkTesting
import Testing

/// What a server delivers on behalf of a client that is gone.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct LastWillTests {
    private func wills(_ world: World) -> Wills {
        let wills = Wills()
        world.server.on("left") { (event: Event) in
            wills.heard.append("\(try event.decode(String.self)) \(event.peer?.id ?? "nobody")")
        }
        return wills
    }

    @EventLoop
    private final class Wills { var heard: [String] = [] }

    @Test func `the will of a client that is gone is delivered when its session has ended`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions.expiry = .seconds(10) }
            let wills = wills(world)
            let (client, peer) = try world.connected { $0.lastWill = LastWill("left", "ada") }
            #expect(peer.hello?.lastWill == LastWill("left", "ada"))
            simulation.network.cutAll()
            simulation.run(for: .seconds(5))
            #expect(client.isConnected && wills.heard.isEmpty)
            simulation.network.cutAll()
            simulation.network.partition()
            simulation.run(for: .seconds(9))
            #expect(wills.heard.isEmpty)
            simulation.run(for: .seconds(2))
            #expect(wills.heard == ["ada \(peer.id)"] && peer.isClosed)
        }
    }

    @Test func `without a session the will is delivered when the connection is lost`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.sessions = .none }
            let wills = wills(world)
            let (_, peer) = try world.connected { $0.lastWill = LastWill("left", values: ["ada"]) }
            simulation.network.partition()
            simulation.network.cutAll()
            simulation.run(for: .seconds(1))
            #expect(wills.heard == ["ada \(peer.id)"])
        }
    }

    @Test func `who says goodbye, is closed by the server or was never let in leaves no will`() async throws {
        try await withSimulation { simulation in
            var isOpen = true
            let world = try await World(simulation) {
                $0.authorize = { _, _ in if !isOpen { throw HarkError(.limit, "full") } }
            }
            let wills = wills(world)
            let (first, _) = try world.connected { $0.lastWill = LastWill("left", "first") }
            try await simulation.run { await first.close() }
            let (_, second) = try world.connected {
                $0.lastWill = LastWill("left", "second")
                $0.reconnects = false
            }
            try await simulation.run { await second.close() }
            isOpen = false
            let third = world.client { $0.lastWill = LastWill("left", "third") }
            third.connect()
            simulation.run(for: .seconds(5))
            #expect(wills.heard.isEmpty)
        }
    }

    @Test func `a will that does not fit the handshake fails the attempt`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let client = world.client { $0.lastWill = LastWill("left", .string(String(repeating: "x", count: 9_000))) }
            var error: HarkError?
            client.on(.connectError) { error = $0 }
            client.connect()
            try simulation.run { error != nil }
            #expect(error?.code == .handshake)
        }
    }
}
