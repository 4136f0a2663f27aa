import Hark
import HarkTesting
import Testing

/// To whom segments are sent again, and how far.
@EventLoop
struct MulticastGroupRepairTests {
    /// How far what a member sends to one address gets; nil for as far as the system has it.
    private func reach(_ dialect: Dialect, _ change: (inout MulticastGroup.Options) -> Void) async throws -> [Int?] {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(dialect: dialect, port: 9000)
            let network = RecordingDatagrams(options.environment.datagrams)
            options.environment.datagrams = network
            change(&options)
            let group = MulticastGroup(options: options)
            try await simulation.run { try await group.start() }
            // Only the one that sends has somebody to send to.
            return network.bindings.filter { !$0.targets.isEmpty }.map(\.unicastHopCount)
        }
    }

    @Test func `segments that a member of Eventcast sends again get no further than its group`() async throws {
        #expect(try await reach(.eventcast) { _ in } == [1])
        #expect(try await reach(.eventcast) { $0.multicastTtl = 8 } == [8])
        #expect(try await reach(.eventcast) { $0.multicastTtl = 0 } == [1])
        // Listed members may be anywhere; native ones show their address before they are answered.
        #expect(try await reach(.eventcast) { $0.peers = [.udp("127.0.0.1", port: 9001)] } == [nil])
        #expect(try await reach(.native) { _ in } == [nil])
    }

    @Test func `members of Eventcast that are listed mend what they have lost`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let ports = [9001, 9002, 9003]
            let peers = ports.map { Endpoint.udp("127.0.0.1", port: $0) }
            var sizes: [Int] = []
            var groups: [MulticastGroup] = []
            for port in ports {
                var options = simulation.groupOptions(dialect: .eventcast, port: port)
                options.peers = peers
                let group = MulticastGroup(options: options)
                try await simulation.run { try await group.start() }
                groups.append(group)
            }
            for group in groups[1...] { group.on("long") { (bytes: RawSpan) in sizes.append(bytes.byteCount) } }
            simulation.network.conditions.lossOneIn = 20
            groups[0].emit("long", Bytes([UInt8](repeating: 7, count: 100_000)))
            simulation.run(for: .seconds(20))
            #expect(sizes == [100_000, 100_000])
        }
    }
}
