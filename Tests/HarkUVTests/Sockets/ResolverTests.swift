import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct ResolverTests {
    @Test func `a name becomes addresses with the port`() async throws {
        let results = Journal<Result<[SocketAddress], UVError>>()
        _ = Resolver(host: "localhost", port: 4711) { results.add($0) }
        let addresses = try await results.next().get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.port == 4711 && ["127.0.0.1", "::1"].contains($0.host) })
    }

    @Test(arguments: ["no-such-host.invalid", "a\0b", String(repeating: "x", count: 5000)])
    func `a name that has none is an error, once and later`(host: String) async {
        let results = Journal<Result<[SocketAddress], UVError>>()
        _ = Resolver(host: host, port: 1) { results.add($0) }
        #expect(results.entries.isEmpty)
        await #expect(throws: UVError.self) { try await results.next().get() }
        await LoopTurns.pass(5)
        #expect(results.entries.count == 1)
    }

    @Test func `cancelled lookups are silent, begun or not`() async {
        let results = Journal<Result<[SocketAddress], UVError>>()
        // More than the thread pool takes at once.
        let resolvers = (0..<20).map { _ in Resolver(host: "localhost", port: 1) { results.add($0) } }
        for resolver in resolvers { resolver.cancel() }
        let last = Journal<Void>()
        _ = Resolver(host: "localhost", port: 1) { _ in last.add(()) }
        await last.next()
        #expect(results.entries.isEmpty)
    }
}
