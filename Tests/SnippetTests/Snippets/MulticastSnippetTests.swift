import Hark
import HarkTesting
import Testing

/// What `Multicast.md` shows works as it says.
@EventLoop
struct MulticastSnippetTests {
    private func member(
        _ simulation: Simulation, _ options: MulticastGroup.Options = .init(port: 9000)
    ) async throws -> MulticastGroup {
        var options = options
        options.environment = simulation.environment
        let group = MulticastGroup(options: options)
        try await simulation.run { try await group.start() }
        simulation.run(for: .milliseconds(100))
        return group
    }

    @Test func `an event tells its sender`() async throws {
        try await withSimulation { simulation in
            let (sender, receiver) = (try await member(simulation), try await member(simulation))
            MulticastSnippets.who(receiver)
            var endpoints: [Endpoint?] = []
            receiver.on("order") { (event: Event) in endpoints.append(event.member?.endpoint) }
            sender.emit("order", 7)
            simulation.run(for: .seconds(1))
            #expect(endpoints == [receiver.members.first?.endpoint])
        }
    }

    @Test func `a producer that waits loses nothing, at whatever pace`() async throws {
        try await withSimulation { simulation in
            let sender = try await member(simulation, MulticastSnippets.paced())
            let receiver = try await member(simulation, MulticastSnippets.tagged())
            MulticastSnippets.congestion(sender)
            var count = 0
            receiver.on("reading") { (_: Int) in count += 1 }
            try await simulation.run { try await MulticastSnippets.producer(sender) }
            simulation.run(for: .seconds(5))
            #expect(count == 100_000)
            #expect(sender.statistics.dropped.isEmpty)
        }
    }

    @Test func `what cannot be repaired is told with its number`() async throws {
        try await withSimulation { simulation in
            var options = MulticastGroup.Options(port: 9000)
            options.reliability.repairByteCount = 20_000
            let (sender, receiver) = (try await member(simulation, options), try await member(simulation))
            MulticastSnippets.losses(receiver)
            var lost = 0
            var heard = 0
            receiver.on(.loss) { lost += $0.eventCount ?? 0 }
            receiver.on("reading") { (_: RawSpan) in heard += 1 }
            let reading = Bytes([UInt8](repeating: 7, count: 1_000))
            sender.emit("reading", reading)
            simulation.run(for: .seconds(1))
            simulation.network.partition()
            for _ in 1...100 {
                sender.emit("reading", reading)
                simulation.run(for: .milliseconds(1))
            }
            simulation.network.heal()
            simulation.run(for: .seconds(5))
            #expect(lost > 50)
            #expect(heard + lost == 101)
            #expect(receiver.traffic.lostEventCount == lost)
            MulticastSnippets.lossReports(receiver)
            #expect(receiver.lossReports.map(\.eventCount) == [lost])
        }
    }

    @Test func `who begins with what is stored hears what was said before`() async throws {
        try await withSimulation { simulation in
            let sender = try await member(simulation)
            for n in 0..<100 { sender.emit("reading", n) }
            simulation.run(for: .seconds(1))
            var options = MulticastSnippets.tagged()
            options.environment = simulation.environment
            let late = MulticastGroup(options: options)
            var readings: [Int] = []
            late.on("reading") { (n: Int) in readings.append(n) }
            try await simulation.run { try await late.start() }
            simulation.run(for: .seconds(5))
            #expect(readings == Array(0..<100))
        }
    }

    #if Encryption
        @Test func `keys are exchanged without a gap`() async throws {
            try await withSimulation { simulation in
                let options = MulticastSnippets.keyed([UInt8](repeating: 1, count: 32))
                let groups = [try await member(simulation, options), try await member(simulation, options)]
                var heard: [Int] = []
                groups[1].on("reading") { (n: Int) in heard.append(n) }
                var n = 0
                @EventLoop func say() {
                    groups[0].emit("reading", n)
                    n += 1
                    simulation.run(for: .milliseconds(500))
                }
                say()
                let new = [UInt8](repeating: 2, count: 32)
                for group in groups {
                    try await simulation.run { try await MulticastSnippets.add(new, to: group) }
                    say()
                }
                for group in groups {
                    try MulticastSnippets.use(group)
                    say()
                }
                for group in groups {
                    try MulticastSnippets.remove(group)
                    say()
                }
                #expect(heard == Array(0..<n))
            }
        }
    #else
        @Test func `without the package's trait a key is refused with what to do`() async throws {
            try await withSimulation { simulation in
                let options = MulticastSnippets.keyed([UInt8](repeating: 1, count: 32))
                let error = await #expect(throws: HarkError.self) { _ = try await member(simulation, options) }
                #expect(error?.code == .unsupported)
                #expect(error?.message.contains("`swift build --traits Encryption`") == true)
            }
        }
    #endif
}
