import Foundation
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

    @Test func `the file of a unix socket has the mode that was asked for, 0600 by default`() async throws {
        for (environment, expected) in [(Environment.live, 0o600), (.live(fileMode: 0o666), 0o666)] {
            try await SocketPath.with { path in
                let acceptor = try environment.transport.listen(on: .unix(path)) { _ in }
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == expected)
                acceptor.close()
            }
        }
    }
}
