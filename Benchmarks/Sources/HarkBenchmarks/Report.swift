internal import Foundation

/// Everything that was measured, for `--json`.
struct Report: Codable {
    struct Row: Codable {
        let contestant: String
        let messagesPerSecond: Double?
        let cpuNanosecondsPerMessage: Double?
        let p50Microseconds: Double?
        let p99Microseconds: Double?
        let p999Microseconds: Double?
        let bytesPerConnection: Double?
        let rounds: [Trial]
    }

    struct Result: Codable {
        let scenario: String
        let rows: [Row]
        let disturbances: [Disturbance]
    }

    let machine: Machine
    let results: [Result]
    let goals: [Verdict]

    init(machine: Machine, standings: [Standing], verdicts: [Verdict]) {
        self.machine = machine
        goals = verdicts
        results = standings.map { standing in
            Result(
                scenario: standing.scenario.name,
                rows: standing.scenario.entries.map { entry in
                    Row(
                        contestant: entry.name,
                        messagesPerSecond: standing.median(entry, \.rate),
                        cpuNanosecondsPerMessage: standing.median(entry, \.cpuNanoseconds),
                        p50Microseconds: standing.median(entry) { $0.latencies?.p50 },
                        p99Microseconds: standing.median(entry) { $0.latencies?.p99 },
                        p999Microseconds: standing.median(entry) { $0.latencies?.p999 },
                        bytesPerConnection: standing.median(entry, \.bytesPerConnection),
                        rounds: standing.rounds.compactMap { $0.trials[entry] })
                },
                disturbances: standing.rounds.map(\.disturbance))
        }
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return try String(decoding: encoder.encode(self), as: UTF8.self)
        }
    }
}
