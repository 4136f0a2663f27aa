import Hark
import HarkTesting
import Testing

/// What is below a client and a peer.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct UnderlyingConnectionTests {
    @Test func `both ends know each other's address`() async throws {
        try await withPair(.tcp) { pair in
            let client = try #require(pair.client.connection)
            let peer = try #require(pair.peer.connection)
            #expect(
                client.peerInfo.endpoint == pair.server.endpoints[0] && client.peerInfo.endpoint == peer.localEndpoint)
            #expect(client.localEndpoint != nil && client.localEndpoint == peer.peerInfo.endpoint)
            #expect(pair.client.connection === client)
        }
    }

    @Test func `a unix socket tells who is at the other end`() async throws {
        try await withPair(.unix) { pair in
            let info = try #require(pair.peer.connection).peerInfo
            #expect(info.userID == ProcessIdentity.userID && info.processID == ProcessIdentity.processID)
        }
    }

    @Test(arguments: [Wire.simulated, .tcp, .unix])
    func `what is read is shown as it is on the wire, before its events`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var order: [String] = []
            var bytes: [UInt8] = []
            pair.peer.connection?.onRead {
                bytes += $0
                order.append("bytes")
            }
            pair.server.on("needle") { (_: String) in order.append("event") }
            pair.client.emit("needle", "haystack")
            try await pair.sync()
            let first = try #require(order.firstIndex(of: "event"))
            #expect(first > 0 && order[0] == "bytes")
            #expect(String(decoding: bytes, as: UTF8.self).contains("haystack"))
        }
    }

    @Test(arguments: [Wire.simulated, .tcp, .unix])
    func `closing it is a lost connection, and the next one is another`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let connection = try #require(pair.client.connection)
            var ends: [HarkError?] = []
            connection.onClose { ends.append($0) }
            let isBack = Signal()
            pair.client.on(.reconnect) { isBack.fire() }
            connection.close()
            connection.close()
            #expect(connection.isClosed && pair.client.connection == nil)
            try await pair.run { await isBack.wait() }
            #expect(ends.count == 1 && ends[0] == nil && pair.client.connection !== connection)
            var isTold = false
            connection.onClose { _ in isTold = true }
            try await pair.sync()
            #expect(isTold)
        }
    }

    @Test func `who asks is told what broke the connection`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, peer) = try world.connected()
            var errors: [HarkError?] = []
            client.connection?.onClose { errors.append($0) }
            peer.connection?.onClose { errors.append($0) }
            simulation.network.cutAll()
            try simulation.run { errors.count == 2 }
            #expect(errors.allSatisfy { $0?.code == .disconnected })
        }
    }
}
