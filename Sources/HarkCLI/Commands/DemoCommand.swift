import ArgumentParser
import Hark

/// `hark demo`: see it work.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "See it work: scenes in which processes talk to each other.",
        discussion: """
            Each scene says what to look at, starts processes of its own and stops them. Together they \
            take about six seconds.

            EXAMPLES:
              All scenes:
                hark demo

              Two of them:
                hark demo restart load

            \(ExitStatus.table)
            """)

    @Argument(help: "The scenes to play; all when none is named.")
    var scenes: [String] = []

    @Flag(help: "List the scenes instead.")
    var list = false

    func validate() throws {
        let names = Programme.scenes.map(\.name)
        for name in scenes where !names.contains(name) {
            throw ValidationError("there is no scene \"\(name)\"; choose among \(names.joined(separator: ", "))")
        }
    }

    func run() throws {
        if list { return Programme.list() }
        let names = scenes
        let chosen = Programme.scenes.filter { names.isEmpty || names.contains($0.name) }
        try EventLoop.run { try await Programme.play(chosen) }
    }
}
