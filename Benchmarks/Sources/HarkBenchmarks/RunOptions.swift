internal import ArgumentParser
internal import Foundation

/// What `quick` and `all` have in common.
struct RunOptions: ParsableArguments {
    @Option(help: "Rounds of each scenario; in a round every contestant runs once.")
    var rounds: Int?

    @Option(help: "Seconds of each run, after a warm-up of 0.1 s.")
    var seconds: Double?

    @Option(help: "Only scenarios whose names start with this, such as flood or ping-pong-tcp.")
    var only = ""

    @Flag(inversion: .prefixedNo, help: "Keep each end on one processor: a flood's apart, a ping-pong's together.")
    var pin = ProcessInfo.processInfo.activeProcessorCount >= 2

    @Flag(help: "Print the medians as JSON instead of tables.")
    var json = false

    func validate() throws {
        guard rounds ?? 1 > 0 else { throw ValidationError("--rounds must be at least 1.") }
        guard seconds ?? 1 >= 0.05 else { throw ValidationError("--seconds must be at least 0.05.") }
    }

    /// Runs the scenarios that `--only` leaves, and prints tables and goals.
    func run(_ scenarios: [Scenario], defaultRounds: Int, defaultSeconds: Double) throws {
        let scenarios = scenarios.filter { $0.name.hasPrefix(only) }
        guard !scenarios.isEmpty else { throw ValidationError("No scenario starts with \(only).") }
        let machine = Machine()
        if !json { print(machine.summary + "\n") }
        var standings: [Standing] = []
        for scenario in scenarios {
            let runner = Runner(scenario: scenario, seconds: seconds ?? defaultSeconds, isPinned: pin)
            let standing = try runner.run(rounds: rounds ?? defaultRounds)
            standings.append(standing)
            if !json, !scenario.entries.isEmpty { print(Table(standing).text + "\n") }
        }
        let verdicts = Goal.all.compactMap { $0.verdict(in: standings) }
        if json {
            try print(Report(machine: machine, standings: standings, verdicts: verdicts).json)
        } else {
            for verdict in verdicts { print(verdict.line) }
        }
    }
}
