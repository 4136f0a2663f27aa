import Hark
import HarkTesting
import HarkWire
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct GroupLossReportTests {
    private let reading = Bytes([UInt8](repeating: 1, count: 1_000))

    /// A member that keeps so little that nobody can ask for much of it again.
    private func forgetful(_ simulation: Simulation) async throws -> MulticastGroup {
        let group = try await simulation.members(1, of: .native) {
            $0.reliability.repairByteCount = 20_000
            $0.logger = World.silence
        }[0]
        group.emit("reading", reading)
        simulation.run(for: .milliseconds(100))
        return group
    }

    /// All that is said meanwhile is lost, but for the end.
    private func lose(_ simulation: Simulation, _ groups: MulticastGroup...) {
        simulation.network.partition()
        for _ in 0..<10 {
            for group in groups { for _ in 0..<5 { group.emit("reading", reading) } }
            simulation.run(for: .milliseconds(1))
        }
        simulation.network.heal()
        simulation.run(for: .seconds(5))
    }

    @Test func `the losses of one member add up, and its first and its last one are told apart`() async throws {
        try await withSimulation { simulation in
            let receiver = try await simulation.members(1, of: .native)[0]
            var losses: [MulticastGroup.Loss] = []
            var told: [Int] = []
            receiver.on(.loss) { loss in
                losses.append(loss)
                told.append(receiver.lossReports.first?.lossCount ?? 0)
            }
            #expect(receiver.lossReports.isEmpty)
            let sender = try await forgetful(simulation)
            lose(simulation, sender)
            #expect(losses.count == 1)
            let one = try #require(receiver.lossReports.first)
            #expect(one.lossCount == 1)
            #expect(one.sinceFirst == one.sinceLast)
            #expect(one.sinceLast > .zero && one.sinceLast <= .seconds(5))

            simulation.run(for: .seconds(10))
            lose(simulation, sender)
            // A sender that is asked for too much at once leaves some of it for later.
            #expect(losses.count >= 2)
            #expect(told == Array(1...losses.count))
            let both = try #require(receiver.lossReports.first)
            #expect(receiver.lossReports.count == 1)
            #expect(both.member.id == sender.id)
            #expect(both.member == receiver.members.first)
            #expect(both.lossCount == losses.count)
            #expect(both.eventCount == losses.reduce(0) { $0 + ($1.eventCount ?? 0) })
            #expect(both.eventCount > one.eventCount)
            #expect(both.eventCount == receiver.traffic.lostEventCount)
            #expect(both.datagramCount == losses.reduce(0) { $0 + $1.datagramCount })
            // 10 s, and the 10 ms and 5 s of a loss.
            #expect(both.sinceFirst == one.sinceFirst + .milliseconds(15_010))
            #expect(both.sinceFirst - both.sinceLast > .seconds(10))
        }
    }

    @Test func `members are told apart, who has lost something last comes first, and who has not is not there`()
        async throws
    {
        try await withSimulation { simulation in
            let receiver = try await simulation.members(1, of: .native)[0]
            var lost: [String: Int] = [:]
            receiver.on(.loss) { lost[$0.member.id, default: 0] += $0.eventCount ?? 0 }
            let (one, other) = (try await forgetful(simulation), try await forgetful(simulation))
            _ = try await forgetful(simulation)
            lose(simulation, one)
            lose(simulation, other)
            #expect(receiver.members.count == 3)
            #expect(receiver.lossReports.map(\.member.id) == [other.id, one.id])
            lose(simulation, one)
            #expect(receiver.lossReports.map(\.member.id) == [one.id, other.id])
            #expect(receiver.lossReports.map(\.eventCount) == [lost[one.id], lost[other.id]])
            #expect(receiver.traffic.lostEventCount == receiver.lossReports.reduce(0) { $0 + $1.eventCount })
        }
    }

    @Test func `what was lost is still told after a stop, and after the next start no more`() async throws {
        try await withSimulation { simulation in
            let receiver = try await simulation.members(1, of: .native)[0]
            let sender = try await forgetful(simulation)
            lose(simulation, sender)
            let before = try #require(receiver.lossReports.first)
            try await simulation.run { await receiver.stop() }
            simulation.run(for: .seconds(60))
            let after = try #require(receiver.lossReports.first)
            #expect(after.member == before.member && after.eventCount == before.eventCount)
            #expect(after.sinceLast >= before.sinceLast + .seconds(60))
            try await simulation.run { try await receiver.start() }
            #expect(receiver.lossReports.isEmpty)
        }
    }

    @Test(arguments: [Dialect.native, .eventcast])
    func `where a message stays incomplete, what is missing of it is counted`(_ dialect: Dialect) async throws {
        try await withSimulation(seed: 1) { simulation in
            let groups = try await simulation.members(2, of: dialect) { $0.maxPayloadSize = 1_024 }
            var losses: [MulticastGroup.Loss] = []
            groups[1].on(.loss) { losses.append($0) }
            simulation.network.conditions.lossOneIn = 2
            groups[0].emit("long", Bytes([UInt8](repeating: 1, count: 100_000)))
            simulation.run(for: .milliseconds(1))
            simulation.network.partition()
            simulation.run(for: .seconds(20))
            let report = try #require(groups[1].lossReports.first)
            #expect(report.member.id == groups[0].id)
            #expect(report.lossCount == losses.count)
            // Natively the rest of a sender that has fallen silent has no number.
            #expect(losses.contains { $0.eventCount == nil } == (dialect == .native))
            #expect(report.eventCount == losses.reduce(0) { $0 + ($1.eventCount ?? 0) })
            #expect(report.datagramCount == losses.reduce(0) { $0 + $1.datagramCount })
            #expect(report.datagramCount > 10)
        }
    }

    @Test func `of more than 256 members those with the last losses are kept, and all are counted`() async throws {
        try await withSimulation { simulation in
            let receiver = try await simulation.members(1, of: .native)[0]
            var ids: [String] = []
            for _ in 0..<258 {
                let sender = try await forgetful(simulation)
                ids.append(sender.id)
                lose(simulation, sender)
                try await simulation.run { await sender.close() }
            }
            #expect(receiver.lossReports.map(\.member.id) == ids.dropFirst(2).reversed())
            let kept = receiver.lossReports.reduce(0) { $0 + $1.eventCount }
            #expect(receiver.traffic.lostEventCount > kept)
        }
    }

    @Test func `the console shows what was lost, also of members that have gone`() async throws {
        try await withSimulation { simulation in
            let receiver = try await simulation.members(1, of: .native)[0]
            let (one, other) = (try await forgetful(simulation), try await forgetful(simulation))
            lose(simulation, one)
            let report = try #require(receiver.lossReports.first)
            let row = try #require(receiver.consolePeers.first { $0.object?["id"] == .string(one.id) }?.object)
            #expect(row["lost"] == .int(Int64(report.eventCount)))
            #expect(row["secondsSinceLoss"] == .double(report.sinceLast / .seconds(1)))
            let silent = try #require(receiver.consolePeers.first { $0.object?["id"] == .string(other.id) }?.object)
            #expect(silent["lost"] == 0)
            #expect(silent["secondsSinceLoss"] == .null)

            try await simulation.run { await one.close() }
            simulation.run(for: .seconds(1))
            #expect(receiver.consolePeers.count == 1)
            guard case .property(let read) = receiver.consoleMembers["lossReports"], case .array(let rows) = read(),
                let gone = rows.first?.object
            else {
                Issue.record("the console does not show them")
                return
            }
            #expect(rows.count == 1)
            #expect(gone["id"] == .string(one.id))
            #expect(gone["losses"] == 1)
            #expect(gone["lost"] == .int(Int64(report.eventCount)))
            #expect(gone["datagrams"] == .int(Int64(report.datagramCount)))
            #expect(gone["secondsSinceFirst"] == gone["secondsSinceLast"])
        }
    }
}
