import Foundation
import Hark
import HarkTesting
import Testing

/// Connections that are reset by the hundred.
@Suite(.timeLimit(.minutes(60)))
struct ResetStormTests {
    /// Clients at a time: with their peers fewer descriptors than a process may have by default.
    private static let batch = 200

    @Test func `each connection that is reset is told of once, and nothing of it stays`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                var options = Server.Options()
                options.sessions = .none
                options.logger = World.silence
                let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0), options: options)
                let port = try #require(server.endpoints[0].port)
                let (connected, lost, closed, failed) = (Signal(), Signal(), Signal(), Signal())
                server.on(.error) { _ in failed.fire() }
                server.onConnection { peer in
                    peer.on(.disconnect) { _ in lost.fire() }
                    peer.on(.close) { closed.fire() }
                    connected.fire()
                }
                var before = 0
                let rounds = SweepSize.of(quick: 2, full: 50, soak: 500)
                for round in 1...rounds {
                    // Every other one has not greeted yet.
                    let sockets = try (0..<Self.batch).map { index in
                        let socket = try RawSocket(to: port)
                        socket.send(index % 2 == 0 ? Greeting.bytes() : [0x48])
                        return socket
                    }
                    await connected.wait(for: round * Self.batch / 2)
                    server.emit("n", Bytes(repeatElement(0, count: 10_000)))
                    for socket in sockets { socket.reset() }
                    // Into connections that are gone, as far as the system knows.
                    server.emit("n", Bytes(repeatElement(0, count: 10_000)))
                    await closed.wait(for: round * Self.batch / 2)
                    await failed.wait(for: round * Self.batch / 2)
                    // The first round opens what the process keeps.
                    if round == 1 { before = try Self.descriptors() }
                }
                #expect(lost.count == rounds * Self.batch / 2 && closed.count == lost.count)
                #expect(failed.count == lost.count && server.peers.isEmpty)
                let after = try Self.descriptors()
                #expect(after == before)
                await server.close()
            }
        }
    }

    private static func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}
