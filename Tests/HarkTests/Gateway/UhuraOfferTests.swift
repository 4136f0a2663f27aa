import Hark
import HarkTesting
import Testing

/// Values that a client brings along.
@Suite struct UhuraOfferTests {
    /// What the original's client begins with, behind its values.
    private static let start = "[\"start\",{\"objectMode\":true,\"enableAcks\":true}]"

    @Test func `what a client offers is not kept when its session goes on`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run { try await withSimulation { try await Self.offer($0) } }
        }
    }

    @EventLoop
    private static func offer(_ simulation: Simulation) async throws {
        let world = try await World(simulation) {
            $0.dialect = .uhura
            $0.limits.dataByteCount = 2 << 20
            $0.limits.frameByteCount = 2 << 20
        }
        var id = ""
        world.server.onConnection { id = $0.id }
        let value = String(repeating: "x", count: 1 << 20)
        var raws: [RawPeer] = []
        var before = 0
        for count in 1...24 {
            let first = try world.raw()
            try first.send("[[\"_set\",{}],\(start)".utf8)
            simulation.run(for: .seconds(1))
            first.connection.close()
            let second = try world.raw()
            var greeting = Array("[[\"_set\",{\"sessionID\":\"\(id)\",\"k\":\"\(value)\"}],\(start)".utf8)[...]
            while !greeting.isEmpty {
                try second.send(greeting.prefix(32 << 10))
                greeting = greeting.dropFirst(32 << 10)
                simulation.run(for: .milliseconds(50))
            }
            simulation.run(for: .seconds(1))
            try #require(
                world.server.peers.count == count && world.server.peers.allSatisfy { $0.resumption == .resumed })
            raws.append(second)
            if count == 4 { before = try ResidentMemory.byteCount() }
        }
        // A third of what 20 of them have offered.
        try #require(try ResidentMemory.byteCount() - before < 7 << 20)
        for raw in raws { raw.connection.close() }
        simulation.start { await world.server.close() }
        simulation.run(for: .seconds(30))
    }
}
