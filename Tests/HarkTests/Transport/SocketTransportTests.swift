import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct SocketTransportTests {
    @Test(arguments: TransportTestKit.Check.allCases)
    func `TCP sockets keep what transports promise`(_ check: TransportTestKit.Check) async throws {
        try await TransportTestKit(Environment.live.transport, on: .tcp("127.0.0.1", port: 0)).run(check)
    }

    @Test(arguments: TransportTestKit.Check.allCases)
    func `unix sockets keep what transports promise`(_ check: TransportTestKit.Check) async throws {
        try await SocketPath.with { path in
            try await TransportTestKit(Environment.live.transport, on: .unix(path)).run(check)
        }
    }
}
