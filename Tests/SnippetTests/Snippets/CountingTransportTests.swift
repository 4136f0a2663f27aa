import Hark
import HarkTesting
import Testing

/// What `Testing.md` shows: a transport of one's own, held to the contract.
@EventLoop
@Suite struct CountingTransportTests {
    @Test(arguments: TransportTestKit.Check.allCases)
    func `it keeps what transports promise`(_ check: TransportTestKit.Check) async throws {
        let transport = CountingTransport(around: Environment.live.transport)
        try await TransportTestKit(transport, on: .tcp("127.0.0.1", port: 0)).run(check)
        #expect(transport.dialCount > 0 || check == .addressInUseIsRefused || check == .boundAddressIsKnown)
    }

    @Test(arguments: TransportTestKit.Check.allCases)
    func `it keeps what transports promise, in a world of its own`(_ check: TransportTestKit.Check) async throws {
        try await withSimulation { simulation in
            let transport = CountingTransport(around: simulation.network)
            let kit = TransportTestKit(transport, on: .tcp(port: 0)) { try simulation.run(until: $0) }
            try await kit.run(check)
        }
    }
}
