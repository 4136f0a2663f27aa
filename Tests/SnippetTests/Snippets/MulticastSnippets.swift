import Hark
import HarkTesting
import Testing

/// What `Multicast.md` shows.
@EventLoop
enum MulticastSnippets {
    static func first() async throws {
        let group = try MulticastGroup(on: .udp("239.255.72.82", port: 9000))
        group.on("hello") { (name: String) in print("hello, \(name)") }
        try await group.start()
        group.emit("hello", "world")
    }

    static func who(_ group: MulticastGroup) {
        group.on("order") { (event: Event) in
            print(event.member?.id ?? "this process", try event.arguments)
        }
    }

    static func losses(_ group: MulticastGroup) {
        group.on(.loss) { loss in
            let count = loss.eventCount.map { "\($0)" } ?? "some"
            print("\(count) events of \(loss.member.id) are lost")
        }
    }

    static func producer(_ group: MulticastGroup) async throws {
        for n in 0..<100_000 {
            group.emit("reading", n)
            try await group.drained()
        }
    }

    static func paced() -> MulticastGroup.Options {
        var options = MulticastGroup.Options(port: 9000)
        options.reliability.byteRate = 50_000_000
        options.reliability.flowControl = .slowestTagged
        return options
    }

    static func tagged() -> MulticastGroup.Options {
        var options = MulticastGroup.Options(port: 9000)
        options.reliability.isTagged = true
        options.reliability.joinPoint = .stored
        return options
    }

    static func congestion(_ group: MulticastGroup) {
        group.on(.congestion) { congestion in
            print(congestion.member.map { "waiting for \($0.id)" } ?? "nobody is waited for any more")
        }
    }

    static func interface() -> MulticastGroup.Options {
        var options = MulticastGroup.Options(port: 9000)
        options.multicastInterface = "eth1"
        options.multicastTtl = 8
        return options
    }

    static func listed() -> MulticastGroup.Options {
        var options = MulticastGroup.Options(port: 9000)
        options.peers = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map { .udp($0, port: 9000) }
        return options
    }

    static func encrypted() -> MulticastGroup.Options {
        var options = MulticastGroup.Options(port: 9000)
        options.encryption = .passphrase("correct horse battery staple")
        return options
    }

    static func keyed(_ old: [UInt8]) -> MulticastGroup.Options {
        var options = MulticastGroup.Options(port: 9000)
        options.encryption = .keys([1: .bytes(old)], sealing: 1)
        return options
    }

    static func add(_ new: [UInt8], to group: MulticastGroup) async throws {
        try await group.addKey(.bytes(new), as: 2)
    }

    static func use(_ group: MulticastGroup) throws {
        try group.useKey(2)
    }

    static func remove(_ group: MulticastGroup) throws {
        try group.removeKey(1)
    }

    static func account(_ group: MulticastGroup) {
        print(group.statistics.written, group.statistics.received, group.statistics.dropped)
        print(group.traffic.repairedDatagramCount, group.traffic.lostEventCount)
    }

    static func lossReports(_ group: MulticastGroup) {
        for report in group.lossReports {
            print(report.member.id, report.eventCount, "events, the last", report.sinceLast, "ago")
        }
    }
}

@EventLoop
struct MulticastExampleTests {
    @Test(arguments: Simulation.seeds(5))
    func `whatever is lost, doubled and overtaken, readings arrive once and in order`(seed: UInt64) async throws {
        try await withSimulation(seed: seed) { simulation in
            let sender = MulticastGroup(options: simulation.groupOptions(port: 9000))
            let receiver = MulticastGroup(options: simulation.groupOptions(port: 9000))
            var readings: [Int] = []
            receiver.on("reading") { (n: Int) in readings.append(n) }
            try await simulation.run {
                try await receiver.start()
                try await sender.start()
            }
            simulation.network.conditions.lossOneIn = 20
            simulation.network.conditions.duplicateOneIn = 20
            simulation.network.conditions.reorderOneIn = 20
            for n in 0..<1_000 {
                sender.emit("reading", n)
                simulation.run(for: .milliseconds(1))
            }
            try simulation.run { readings.count == 1_000 }
            #expect(readings == Array(0..<1_000))
        }
    }
}
