import Hark
import HarkTesting
import Testing

struct GatewayWindowTests {
    @Test(arguments: [Dialect.streamitter, .uhura])
    func `a side that works slowly holds the other one up, and loses neither events nor the connection`(
        dialect: Dialect
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.dialect = dialect
                $0.limits.windowEventCount = 64
                $0.limits.windowByteCount = 8 << 10
            }
            var pending: [PendingAcknowledgement] = []
            var heard: [Int] = []
            world.server.onAny { event in
                pending.append(event.deferAcknowledgement())
                heard.append(try event.arguments[0].int ?? -1)
            }
            let (client, peer) = try world.connected { $0.dialect = dialect }
            var lost: HarkError?
            peer.on(.disconnect) { lost = $0 }
            for number in 0..<5_000 { client.send("n", number, String(repeating: "f", count: 100)) }
            simulation.run(for: .seconds(2))
            #expect(heard.count < 5_000, "what is not worked on waits at the other side")
            for _ in 0..<1_000 where heard.count < 5_000 {
                let done = pending
                pending = []
                for event in done { event.acknowledge() }
                simulation.run(for: .milliseconds(50))
            }
            #expect(heard == Array(0..<5_000))
            #expect(lost == nil)
        }
    }
}
