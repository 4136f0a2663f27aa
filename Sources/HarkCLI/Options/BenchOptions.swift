import ArgumentParser
import Foundation
import Hark

/// How to measure.
struct BenchOptions: ParsableArguments {
    /// A day: longer is a slip of the finger.
    private static let secondsMax = 86_400.0
    /// 65 536: as many requests as one connection may have open.
    private static let windowMax = 1 << 16
    /// Everything under way together: what one side may have to keep for the other.
    static let windowByteCountMax = 256 << 20
    /// 1 MiB, the longest frame that is accepted, less what stands around the bytes.
    private static let sizeMax = (1 << 20) - 1_024
    /// 100 000: more than the open files and ports of one machine allow by default.
    private static let connectionsMax = 100_000
    /// 1 000: more say nothing new.
    private static let runsMax = 1_000
    /// The least from which a spread can be told.
    private static let runsDefault = 5
    /// Clients when nothing is said.
    static let clientsDefault = 100
    /// Connections when nothing is said: enough for the pages of memory to even out.
    static let connectionsDefault = 1_000
    /// Bytes of an event when nothing is said: a small JSON object.
    private static let sizeDefault = 128

    @Option(
        help: ArgumentHelp("How often to measure; 5 by default, to see how far the results are apart.", valueName: "n"))
    var runs: Int?

    @Option(help: ArgumentHelp("How long to measure each time.", valueName: "seconds"))
    var duration = 2.0

    @Option(help: ArgumentHelp("How long to run before that, each time.", valueName: "seconds"))
    var warmUp = 0.5

    @Option(
        help: ArgumentHelp(
            "The size of an event's argument; 128 by default, 100 and then 102400 for cast.", valueName: "bytes"))
    var size: Int?

    @Option(
        help: ArgumentHelp(
            "Events per second. Times count from when an event was due, also when it had to wait.", valueName: "n"))
    var rate: Double?

    @Option(help: ArgumentHelp("How many events or requests wait for their answers at once.", valueName: "n"))
    var window: Int?

    @Option(help: ArgumentHelp("fan-out: how many clients hear each event; 100 by default.", valueName: "n"))
    var clients: Int?

    @Option(help: ArgumentHelp("idle: how many connections; 1000 by default.", valueName: "n"))
    var connections: Int?

    func validate() throws {
        try check(duration, "--duration", in: 0.01...Self.secondsMax, "a number of seconds")
        if let runs { try check(runs, "--runs", in: 1...Self.runsMax, "a number") }
        try check(warmUp, "--warm-up", in: 0...Self.secondsMax, "a number of seconds")
        if let size { try check(size, "--size", in: Stamp.byteCount...Self.sizeMax, "a number of bytes") }
        if let rate { try check(rate, "--rate", in: 0.1...10_000_000, "a number of events per second") }
        if let window { try check(window, "--window", in: 1...Self.windowMax, "a number") }
        if let clients { try check(clients, "--clients", in: 1...10_000, "a number") }
        if let connections { try check(connections, "--connections", in: 1...Self.connectionsMax, "a number") }
    }

    private func check<Number: Comparable>(
        _ number: Number, _ name: String, in range: ClosedRange<Number>, _ kind: String
    ) throws {
        guard !range.contains(number) else { return }
        throw ValidationError("\(name) must be \(kind) from \(range.lowerBound) to \(range.upperBound), not \(number)")
    }

    /// What to measure, one after the other.
    ///
    /// - Parameter startsServers: each run has a server process of its own.
    /// - Throws: when an option does not go with the mode.
    func plans(_ mode: BenchMode, startsServers: Bool) throws -> [BenchPlan] {
        let plan = try plan(mode, startsServers: startsServers)
        guard mode == .cast, size == nil else { return [plan] }
        return CastBench.sizes.map { size in
            var plan = plan
            plan.size = size
            return plan
        }
    }

    private func plan(_ mode: BenchMode, startsServers: Bool) throws -> BenchPlan {
        // What the connections of one run have taken is not given back before the next.
        let canRepeat = mode != .idle || startsServers
        if let runs, runs > 1, !canRepeat {
            throw ValidationError("--runs of idle needs a new server each time; leave out the URL or --runs")
        }
        try refuse(size, "--size", unless: mode != .idle, mode)
        try refuse(rate, "--rate", unless: mode != .idle, mode)
        try refuse(window, "--window", unless: mode.isAnswered, mode)
        try refuse(clients, "--clients", unless: mode == .fanOut, mode)
        try refuse(connections, "--connections", unless: mode == .idle, mode)
        let size = size ?? Self.sizeDefault
        let clients = clients ?? Self.clientsDefault
        let windowMax = max(1, Self.windowByteCountMax / ((size + 64) * (mode == .fanOut ? clients : 1)))
        if let window, window > windowMax {
            throw ValidationError(
                "--window \(window) with events of \(size) bytes is too much; use at most \(windowMax)")
        }
        // With a rate, events are to leave when they are due, not when others have come back.
        let windowDefault = rate == nil ? mode.windowDefault : 10_000
        return BenchPlan(
            mode: mode, duration: duration, warmUp: warmUp, size: size, rate: rate,
            window: window ?? min(windowDefault, windowMax), clients: clients,
            connections: connections ?? Self.connectionsDefault,
            runs: runs ?? (canRepeat ? Self.runsDefault : 1))
    }

    private func refuse(_ option: Any?, _ name: String, unless isSuitable: Bool, _ mode: BenchMode) throws {
        guard option != nil, !isSuitable else { return }
        throw ValidationError("\(name) has no meaning for \(mode.rawValue); leave it out")
    }
}
