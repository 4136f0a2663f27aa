import Foundation
import Hark
import Testing

/// Real sockets whose connections can be cut.
@EventLoop
final class CuttableTransport: Transport {
    private let transport = Environment.live.transport
    private var connections: [any Connection] = []

    nonisolated init() {}

    /// Ends the newest connection: here at once, and at the other end as soon as the system tells it.
    func cut() {
        guard let connection = connections.popLast() else { return }
        let receiver = connection.receiver
        connection.close()
        receiver?.readEnded(HarkError(.disconnected, "cut"))
    }

    func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        transport.dial(endpoint) { result in
            if case .success(let connection) = result { self.connections = [connection] }
            completion(result)
        }
    }

    func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        try transport.listen(on: endpoint, accept: accept)
    }
}

@EventLoop
@Suite struct DropSweepTests {
    /// How many times: `HARK_SWEEP` is unset while developing, `full` in a release, `soak` at night.
    private static let dropCount =
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": 1_000
        case "soak": 100_000
        default: 100
        }

    @Test(arguments: Wire.sockets)
    func `a connection that is lost again and again loses nothing and repeats nothing`(_ wire: Wire) async throws {
        let transport = CuttableTransport()
        var options = PairOptions()
        options.transport = transport
        options.reconnection.reconnectDelay = .fixed(.milliseconds(1))
        options.reconnection.stableAfter = .zero
        try await withPair(wire, options) { pair in
            var (there, back): ([Int], [Int]) = ([], [])
            pair.server.on("there") { (n: Int) in there.append(n) }
            pair.client.on("back") { (n: Int) in back.append(n) }
            let isBack = Signal()
            var outcomes: Set<Resumption> = []
            pair.client.on(.reconnect) {
                outcomes.insert(pair.client.resumption)
                isBack.fire()
            }
            for drop in 0..<Self.dropCount {
                for n in 0..<3 { pair.client.emit("there", 3 * drop + n) }
                for n in 0..<2 { pair.peer.emit("back", 2 * drop + n) }
                // Sometimes before anything has left, sometimes on its way, sometimes when all has arrived.
                for _ in 0..<drop % 7 { await Task.yield() }
                transport.cut()
                await isBack.wait(for: drop + 1)
            }
            try await pair.client.emit("over", ack: .within(.seconds(60)))
            try await pair.peer.emit("over", ack: .within(.seconds(60)))
            #expect(there == Array(0..<3 * Self.dropCount))
            #expect(back == Array(0..<2 * Self.dropCount))
            #expect(outcomes == [.resumed])
            #expect(pair.client.statistics.acknowledged == 3 * Self.dropCount + 1)
            #expect(pair.server.statistics.acknowledged == 2 * Self.dropCount + 1)
        }
    }
}
