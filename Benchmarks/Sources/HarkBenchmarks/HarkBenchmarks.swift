internal import ArgumentParser

/// The command: measures Hark beside its rivals and prints what it must reach.
@main
struct HarkBenchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures Hark beside raw libuv in C, SwiftNIO and Node, in turns, on this machine.",
        discussion: """
            Ratios are medians of ratios within one round, so a machine that is slow for a while is slow for all.

            Examples:
              swift run -c release HarkBenchmarks quick
              swift run -c release HarkBenchmarks all --only flood-tcp --rounds 9
            """,
        subcommands: [QuickCommand.self, AllCommand.self, ContestantCommand.self],
        defaultSubcommand: QuickCommand.self)
}
