internal import ArgumentParser

/// `quick`: what the goals need, in about a minute.
struct QuickCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quick", abstract: "Measure what the goals need, in about a minute.")

    @OptionGroup var options: RunOptions

    func run() throws {
        try options.run(Scenario.quick, defaultSeconds: 0.4)
    }
}
