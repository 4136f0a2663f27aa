import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct LifecycleTableTests {
    @Test func `listeners are called in order, once listeners once, cancelled ones not at all`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [String] = []
            world.server.on(.connection) { _ in heard.append("first") }
            world.server.once(.connection) { _ in heard.append("once") }
            let cancelled = world.server.on(.connection) { _ in heard.append("cancelled") }
            world.server.on(.connection) { _ in heard.append("last") }
            cancelled.cancel()
            _ = try world.connected()
            _ = try world.connected()
            #expect(heard == ["first", "once", "last", "first", "last"])
        }
    }

    @Test func `listeners that come and go during a call count from the next one`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard: [String] = []
            var second: Subscription?
            world.server.once(.connection) { _ in
                second?.cancel()
                world.server.on(.connection) { _ in heard.append("added") }
            }
            second = world.server.on(.connection) { _ in heard.append("removed") }
            _ = try world.connected()
            #expect(heard == ["removed"])
            _ = try world.connected()
            #expect(heard == ["removed", "added"])
        }
    }

    @Test func `removing the listeners of events leaves those of the lifecycle`() async throws {
        let server = Server()
        var isClosed = false
        server.on(.close) { isClosed = true }
        server.off()
        server.off("close")
        await server.close()
        #expect(isClosed)
    }
}
