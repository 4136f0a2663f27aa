import Hark
import HarkTesting
import HarkWire
import Testing

/// Listeners and tasks that start, stop and close a member while something else does.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct GroupLifeTests {
    nonisolated static let dialects: [Dialect] = [.native, .eventcast]

    // MARK: Closing

    @Test(arguments: dialects)
    func `closing wins over a listener that starts again`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let group = try await simulation.members(1, of: dialect)[0]
            group.on(.stop) { group.start {} }
            try await simulation.run { await group.close() }
            simulation.run(for: .seconds(1))
            #expect(group.status == .closed)
            #expect(group.address == nil)
        }
    }

    // Only natively there are last words to wait for.
    @Test func `closing wins over a start that waits for a stop`() async throws {
        try await withSimulation { simulation in
            let group = try await simulation.members(1, of: .native)[0]
            var codes: [HarkError.Code] = []
            simulation.start { await group.stop() }
            simulation.start {
                do throws(HarkError) { try await group.start() } catch { codes.append(error.code) }
            }
            simulation.start { await group.close() }
            simulation.run(for: .seconds(1))
            #expect(group.status == .closed)
            #expect(group.address == nil)
            #expect(codes == [.closed])
        }
    }

    // MARK: Starting and stopping

    /// Every order of so many calls in one turn, a bit for each: 1 starts, 0 stops.
    @Test(arguments: dialects, [false, true])
    func `of calls in one turn the last one counts, and every stop is told`(
        _ dialect: Dialect, _ isStarted: Bool
    ) async throws {
        for count in 1...4 {
            for calls in 0..<(1 << count) {
                try await withSimulation { simulation in
                    var options = simulation.groupOptions(dialect: dialect, port: 9000)
                    options.logger = World.silence
                    let group = MulticastGroup(options: options)
                    if isStarted { try await simulation.run { try await group.start() } }
                    var stopCount = 0
                    for index in 0..<count {
                        if calls & 1 << index != 0 { group.start {} } else { group.stop { stopCount += 1 } }
                    }
                    simulation.run(for: .seconds(10))
                    let isLastStart = calls & 1 << (count - 1) != 0
                    #expect(group.status == (isLastStart ? .started : .stopped), "\(count) calls, \(calls)")
                    #expect(stopCount == count - calls.nonzeroBitCount)
                    try await simulation.run { await group.close() }
                }
            }
        }
    }

    // Only natively there are last words to wait for.
    @Test func `a stop calls off a start that waits for another stop`() async throws {
        try await withSimulation { simulation in
            let group = try await simulation.members(1, of: .native)[0]
            var codes: [HarkError.Code] = []
            simulation.start { await group.stop() }
            simulation.start {
                do throws(HarkError) { try await group.start() } catch { codes.append(error.code) }
            }
            simulation.start { await group.stop() }
            simulation.run(for: .seconds(1))
            #expect(group.status == .stopped)
            #expect(codes == [.cancelled])
        }
    }

    @Test(arguments: dialects)
    func `who starts again on hearing of dropped events is kept by the loop`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            weak var member: MulticastGroup?
            do {
                let group = MulticastGroup(options: simulation.groupOptions(dialect: dialect, port: 9000))
                member = group
                group.on(.error) { [weak group] error in
                    if error.code == .limit { group?.start {} }
                }
                group.start {}
                #expect(group.emit("early") == .queued)
                group.stop {}
                #expect(group.status == .starting)
                #expect(group.statistics.dropped == [.stopped: 1])
            }
            simulation.run(for: .seconds(1))
            #expect(member?.status == .started)
            try await simulation.run { [member] in await member?.close() }
        }
    }

    // MARK: Waiting

    @Test(arguments: dialects, [false, true])
    func `what waits for the sockets is waited for, or for the start to end`(
        _ dialect: Dialect, _ isCalledOff: Bool
    ) async throws {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(dialect: dialect, port: 9000)
            options.limits.lowWaterByteCount = 100
            let group = MulticastGroup(options: options)
            var log: [String] = []
            simulation.start {
                log.append("\(group.status)")
                try? await group.drained()
                log.append("\(group.status)")
            }
            if isCalledOff { simulation.start { await group.stop() } }
            group.start {}
            group.emit("long", Bytes([UInt8](repeating: 1, count: 1_000)))
            #expect(group.queuedByteCount > 1_000)
            simulation.run(for: .seconds(1))
            #expect(log == ["starting", isCalledOff ? "stopped" : "started"])
            #expect(group.queuedByteCount == 0)
            let statistics = group.statistics
            #expect(statistics.emitted == 1)
            #expect(statistics.written == (isCalledOff ? 0 : 1))
        }
    }

    @Test(arguments: dialects)
    func `where nothing leaves, stopping ends what waits, and each event has one fate`(
        _ dialect: Dialect
    ) async throws {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(dialect: dialect, port: 9000)
            options.logger = World.silence
            options.limits.lowWaterByteCount = 100
            options.environment.datagrams = FailingDatagrams(takingNothing: true)
            let group = MulticastGroup(options: options)
            var log: [String] = []
            for stay in 1...2 {
                try await simulation.run { try await group.start() }
                for _ in 0..<10 { group.emit("long", Bytes([UInt8](repeating: 1, count: 1_000))) }
                simulation.start {
                    try? await group.drained()
                    log.append("drained \(group.status)")
                }
                simulation.start {
                    try? await group.consoleDrain()
                    log.append("empty \(group.status)")
                }
                simulation.run(for: .seconds(5))
                #expect(group.statistics.inFlight == 10)
                try await simulation.run(within: .seconds(10)) { await group.stop() }
                simulation.settle()
                #expect(group.statistics.dropped == [.stopped: 10 * stay])
                #expect(group.statistics.emitted == 10 * stay)
                #expect(group.queuedByteCount == 0)
            }
            #expect(log == ["drained stopped", "empty stopped", "drained stopped", "empty stopped"])
        }
    }

    @Test func `the console waits until all has left, and not for less than the low water`() async throws {
        try await withSimulation { simulation in
            let group = try await simulation.members(1, of: .native) { $0.reliability.byteRate = 100_000 }[0]
            for _ in 0..<200 { group.emit("long", Bytes([UInt8](repeating: 1, count: 1_000))) }
            #expect(group.queuedByteCount < group.options.limits.lowWaterByteCount)
            try await simulation.run { try await group.consoleDrain() }
            #expect(group.statistics.inFlight == 0)
            #expect(group.statistics.written == 200)
        }
    }

    // MARK: Errors

    @Test(arguments: dialects)
    func `a network that is gone is told once a second, also to who answers by an event`(
        _ dialect: Dialect
    ) async throws {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(dialect: dialect, port: 9000)
            options.environment.datagrams = FailingDatagrams()
            let group = MulticastGroup(options: options)
            var errors: [String] = []
            group.on(.error) { error in
                errors.append(error.message)
                // So long that it leaves at once, and fails within the call.
                group.emit("sorry", Bytes([UInt8](repeating: 1, count: 300_000)))
            }
            try await simulation.run { try await group.start() }
            for n in 0..<150 {
                group.emit("a", n)
                simulation.run(for: .milliseconds(10))
            }
            #expect(errors.count == 2)
            #expect(errors.first == "the network is gone")
            #expect(errors.last?.contains("it is the last of ") == true)
            try await simulation.run { await group.stop() }
            let statistics = group.statistics
            #expect(statistics.emitted == statistics.written + statistics.dropped.values.reduce(0, +))
        }
    }

    @Test func `who hears that an event is dropped may emit another one`() async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(2, of: .native)
            var heard: [String] = []
            groups[1].on("sorry") { (n: Int) in heard.append("sorry \(n)") }
            groups[1].on("next") { (text: String) in heard.append("next \(text)") }
            groups[0].on(.error) { _ in groups[0].emit("sorry", 1) }
            let long = Bytes([UInt8](repeating: 1, count: 2 << 20))
            #expect(groups[0].emit("long", long) == .dropped(.tooLarge))
            groups[0].emit("next", "one")
            simulation.run(for: .seconds(1))
            #expect(heard == ["sorry 1", "next one"])
        }
    }
}
