import Hark
import HarkTesting
import Testing

/// Every way to make a server.
@EventLoop
struct ServerPortTests {
    @Test(arguments: [Dialect.native, .streamitter, .uhura])
    func `with a port it listens at once, and hands out one peer for each connection`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            var options = simulation.serverOptions()
            options.dialect = dialect
            var peers: [Peer] = []
            let server = Server(port: 5555, options: options) { peers.append($0) }
            #expect(server.endpoints == [.tcp(port: 5555)])
            var listening: [Endpoint] = []
            server.on(.listening) { listening.append($0) }
            var clientOptions = simulation.clientOptions()
            clientOptions.dialect = dialect
            let clients = (0..<2).map { _ in Client(port: 5555, options: clientOptions) }
            try simulation.run { clients.allSatisfy(\.isConnected) && peers.count == 2 }
            #expect(peers[0] !== peers[1] && listening == server.endpoints)
            var heard: [Int] = []
            for (number, peer) in peers.enumerated() { peer.on("a") { heard.append(number) } }
            clients[1].send("a")
            try simulation.run { heard.count == 1 }
        }
    }

    @Test func `a port that cannot be bound is told to those who listen for errors`() async throws {
        try await withSimulation { simulation in
            let first = Server(port: 5555, options: simulation.serverOptions())
            let second = Server(port: 5555, options: simulation.serverOptions())
            var errors: [HarkError] = []
            second.on(.error) { errors.append($0) }
            simulation.settle()
            #expect(errors.map(\.code) == [.addressInUse])
            #expect(first.endpoints.count == 1 && second.endpoints.isEmpty)
        }
    }

    @Test func `without a port it waits for listen, which calls back with the address`() async throws {
        try await withSimulation { simulation in
            var peers = 0
            let server = Server(options: simulation.serverOptions()) { _ in peers += 1 }
            #expect(server.endpoints.isEmpty)
            var bound: [Endpoint] = []
            server.listen(0) { bound.append($0) }
            #expect(bound.isEmpty)
            simulation.settle()
            #expect(bound.count == 1 && bound[0].port != 0 && bound == server.endpoints)
            let client = Client(to: bound[0], options: simulation.clientOptions())
            client.connect()
            try simulation.run { client.isConnected && peers == 1 }
        }
    }
}
