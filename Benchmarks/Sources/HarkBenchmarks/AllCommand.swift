internal import ArgumentParser

/// `all`: every size on every transport, with longer runs.
struct AllCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "all", abstract: "Measure every message size on every transport; the table of the README.")

    @OptionGroup var options: RunOptions

    func run() throws {
        try options.run(Scenario.all, defaultRounds: 5, defaultSeconds: 0.8)
    }
}
