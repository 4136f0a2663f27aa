import Hark
import HarkTesting
import Testing

struct ReservedNamesTests {
    @Test func `an event for all that would mean something else to Uhura reaches everybody but its clients`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = .uhura }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            var told: [HarkError] = []
            peer.on(.error) { told.append($0) }
            var heard: [String] = []
            client.onAny { heard.append($0.name) }
            let key = EventKey<String, Int>("_set")
            for _ in 0..<2 {
                #expect(world.server.emit("_set", "stolen", 1) == .dropped(.reservedName))
                #expect(world.server.emit(key, "stolen", 1) == .dropped(.reservedName))
            }
            world.server.emit("news")
            try simulation.run { !heard.isEmpty }
            #expect(heard == ["news"] && client.data.get("stolen") == nil)
            #expect(peer.statistics.dropped == [.reservedName: 4])
        }
    }

    @Test func `a reserved name stays one when names used later have numbers already`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = .uhura }
            let (client, peer) = try world.connected { $0.dialect = .uhura }
            var heard: [String] = []
            client.onAny { heard.append($0.name) }
            let set = EventKey<String, Int>("_set")
            let error = EventKey<String>("error")
            for number in 1...3 {
                #expect(world.server.emit(set, "stolen", 1) == .dropped(.reservedName))
                #expect(world.server.emit(error, "x") == .dropped(.reservedName))
                #expect(peer.emit(set, "stolen", 1) == .dropped(.reservedName))
                world.server.emit("news \(number)")
                simulation.run(for: .seconds(1))
            }
            #expect(heard == ["news 1", "news 2", "news 3"] && client.data.get("stolen") == nil)
            #expect(peer.statistics.dropped == [.reservedName: 9])
        }
    }
}
