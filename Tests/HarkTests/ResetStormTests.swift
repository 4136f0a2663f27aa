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
                        try Self.connect(to: port, saying: index % 2 == 0 ? Greeting.bytes() : [0x48])
                    }
                    await connected.wait(for: round * Self.batch / 2)
                    server.emit("n", Bytes(repeatElement(0, count: 10_000)))
                    for socket in sockets { Self.reset(socket) }
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

    private static func connect(to port: Int, saying bytes: [UInt8]) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0 && write(descriptor, bytes, bytes.count) == bytes.count)
        return descriptor
    }

    /// Closes a connection as a process does that dies with bytes unread: the other side's next call fails.
    private static func reset(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(descriptor)
    }
}
