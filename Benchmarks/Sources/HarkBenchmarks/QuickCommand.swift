internal import ArgumentParser

/// `quick`: what the goals need, in about five minutes.
struct QuickCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quick", abstract: "Measure what the goals need, in about five minutes.")

    @OptionGroup var options: RunOptions

    func run() throws {
        // Many short rounds: how a flood settles into batches differs more from run to run than within one.
        try options.run(Scenario.quick, defaultRounds: 9, defaultSeconds: 0.2)
    }
}
