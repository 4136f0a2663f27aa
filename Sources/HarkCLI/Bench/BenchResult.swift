import Foundation
import Hark

/// What was measured.
struct BenchResult: Sendable {
    let plan: BenchPlan
    var url: String
    /// Of the machine at the other end; nil when it is this one.
    var otherMachine: Value?
    var sent = 0
    var received = 0
    /// With a rate: events that were due and did not leave in time.
    var missed = 0
    var seconds = 0.0
    /// Nil when there are no times: two machines have two clocks.
    var latencies: Latencies? = Latencies()
    var memory: Memory?
    var cast: Cast?
    var wasInterrupted = false

    /// Of the server's process, in bytes.
    struct Memory: Sendable {
        let before: Int
        let after: Int
        let connections: Int

        var perConnection: Double { Double(after - before) / Double(max(connections, 1)) }
    }

    /// Of a group, apart from what all modes have.
    struct Cast: Sendable {
        /// Events that the receiver was told to be lost.
        var reportedLost: Int
        /// Everything that was sent, the warm-up included.
        var sentByteCount: Int
        /// What of it was sent once more for those who had missed it.
        var repairedByteCount: Int

        /// From 0 to 1.
        var repairShare: Double { Double(repairedByteCount) / Double(max(1, sentByteCount)) }
    }

    init(_ plan: BenchPlan, _ url: String) {
        self.plan = plan
        self.url = url
    }

    var eventsPerSecond: Double { seconds > 0 ? Double(received) / seconds : 0 }

    /// Of arguments, in millions.
    var megabytesPerSecond: Double { eventsPerSecond * Double(plan.size) / 1e6 }

    /// The share of events that have not arrived, from 0 to 1.
    var lossShare: Double { sent > 0 ? Double(max(0, sent - received)) / Double(sent) : 0 }

    /// What runs are compared by, in the order of showing.
    var figures: [(name: String, value: Double)] {
        if let memory { return [("bytesPerConnection", memory.perConnection)] }
        let group = cast.map { [("megabytesPerSecond", megabytesPerSecond), ("repairShare", $0.repairShare)] } ?? []
        return [("eventsPerSecond", eventsPerSecond)] + group + (latencies?.figures ?? [])
    }

    func figure(_ name: String) -> Double? { figures.first { $0.name == name }?.value }

    /// Adds another run of the same.
    mutating func add(_ other: BenchResult) {
        sent += other.sent
        received += other.received
        missed += other.missed
        seconds += other.seconds
        if let times = other.latencies { latencies?.add(times) }
        guard let group = other.cast else { return }
        cast?.reportedLost += group.reportedLost
        cast?.sentByteCount += group.sentByteCount
        cast?.repairedByteCount += group.repairedByteCount
    }

    /// All of it, as one object.
    var json: Value {
        var fields: [(String, Value)] = [
            ("type", "bench"), ("mode", .string(plan.mode.rawValue)), ("url", .string(url)),
            ("configuration", plan.json), ("machine", BenchMachine().json),
            ("otherMachine", otherMachine ?? .null), ("interrupted", .bool(wasInterrupted)),
        ]
        if let memory {
            fields += [
                ("connections", .int(Int64(memory.connections))), ("bytesBefore", .int(Int64(memory.before))),
                ("bytesAfter", .int(Int64(memory.after))), ("bytesPerConnection", .double(memory.perConnection)),
            ]
        } else {
            let times = latencies.map { latencies in
                Value.object(Value.Object(latencies.figures.map { ($0.name, .double($0.value)) }))
            }
            fields += [
                ("sent", .int(Int64(sent))), ("received", .int(Int64(received))), ("missed", .int(Int64(missed))),
                ("seconds", .double(seconds)), ("eventsPerSecond", .double(eventsPerSecond)),
                ("latencyMicroseconds", times ?? .null),
            ]
            if let cast {
                fields += [
                    ("megabytesPerSecond", .double(megabytesPerSecond)), ("lossShare", .double(lossShare)),
                    ("reportedLost", .int(Int64(cast.reportedLost))), ("repairShare", .double(cast.repairShare)),
                ]
            }
        }
        return .object(Value.Object(fields))
    }

    /// Lines for people.
    ///
    /// - Parameter remark: what to say behind a figure.
    func readable(_ style: Style, _ remark: (String) -> String) -> [String] {
        var lines = [style.bold(plan.mode.rawValue) + style.dim("  \(url), \(plan.summary)")]
        let add = { (name: String, text: String) in lines.append("  " + name.padded(to: 10) + text) }
        if let memory {
            add("clients", "\(memory.connections.grouped)")
            add("memory", "\((memory.before / 1_024).grouped) KiB before, \((memory.after / 1_024).grouped) KiB after")
            add("each", "\(Int(memory.perConnection).grouped) bytes" + remark("bytesPerConnection"))
        } else {
            add("rate", "\(Int(eventsPerSecond).grouped) events/s" + remark("eventsPerSecond"))
            add("events", "\(sent.grouped) sent, \(received.grouped) received")
            if let cast {
                add("bytes", String(format: "%.1f MB/s", megabytesPerSecond) + remark("megabytesPerSecond"))
                add("lost", String(format: "%.4f %%", lossShare * 100) + ", \(cast.reportedLost.grouped) reported")
                add("repairs", String(format: "%.4f %% of what was sent", cast.repairShare * 100))
            }
            if missed > 0 { add("missed", "\(missed.grouped) were due and did not leave in time") }
            for figure in latencies?.figures ?? [] {
                add(figure.name, String(format: "%.1f µs", figure.value) + remark(figure.name))
            }
            if latencies == nil { add("times", "not measured: the other side has a clock of its own") }
        }
        add("machine", style.dim(BenchMachine.summary(BenchMachine().json)))
        if let otherMachine { add("other", style.dim(BenchMachine.summary(otherMachine))) }
        return lines
    }
}
