import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ClientTests {
    @Test(arguments: Wire.allCases)
    func `an event reaches the server and its answer the client`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var heard: [Int] = []
            pair.server.on("ping") { (n: Int) in pair.server.emit("pong", n + 1) }
            pair.client.on("pong") { (n: Int) in heard.append(n) }
            for n in 1...100 { pair.client.emit("ping", n) }
            try await pair.sync()
            #expect(heard == (2...101).map { $0 })
        }
    }
}
