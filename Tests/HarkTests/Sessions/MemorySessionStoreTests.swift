import Hark
import HarkTesting
import Testing

/// Records in this process.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct MemorySessionStoreTests {
    @Test func `what is saved is loaded, until it is removed or saved anew`() {
        let store = MemorySessionStore()
        #expect(store.load("a") == nil)
        store.save("a", [1], keepFor: .seconds(60))
        store.save("a", [2, 3], keepFor: .seconds(60))
        #expect(store.load("a") == [2, 3] && store.count == 1)
        store.remove("a")
        #expect(store.load("a") == nil && store.count == 0)
    }

    @Test func `a record whose time is over is gone`() async throws {
        try await withSimulation { simulation in
            let store = MemorySessionStore(environment: simulation.environment)
            store.save("a", [1], keepFor: .seconds(10))
            simulation.run(for: .seconds(9))
            #expect(store.load("a") == [1])
            simulation.run(for: .seconds(1))
            #expect(store.load("a") == nil)
        }
    }

    @Test func `a full store forgets what is over, or else what was saved longest ago`() async throws {
        try await withSimulation { simulation in
            let store = MemorySessionStore(count: 3, environment: simulation.environment)
            store.save("a", [1], keepFor: .seconds(100))
            store.save("b", [2], keepFor: .seconds(10))
            store.save("c", [3], keepFor: .seconds(100))
            simulation.run(for: .seconds(20))
            store.save("d", [4], keepFor: .seconds(100))
            #expect(["a", "b", "c", "d"].map { store.load($0) } == [[1], nil, [3], [4]])
            store.save("a", [5], keepFor: .seconds(100))
            store.save("e", [6], keepFor: .seconds(100))
            #expect(["a", "c", "d", "e"].map { store.load($0) } == [[5], nil, [4], [6]] && store.count == 3)
        }
    }
}
