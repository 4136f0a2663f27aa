import ArgumentParser
import Foundation
import Hark

/// `hark inspect`: the admin console of a running process.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Ask a running process about itself, through its admin console.",
        usage: "hark inspect <url> [<command> [<arg> ...]] [<options>]",
        discussion: """
            The process must have its console switched on, at a unix socket or a port of this machine. Commands are \
            its own: help lists them. Among them are peers, statistics, subscriptions, log, emit NAME ARG… and drain.

            Without a command it reads them from standard input, one per line: words, or the \
            requests of the console's own JSON Lines, each of which is answered by a line:
              {"command":NAME,"arguments":[…],"id":N}
              {"ok":true,"result":VALUE,"id":N} or {"ok":false,"error":TEXT,"id":N}

            An ARG that is JSON is sent as that value, every other as text. With a command, the result \
            alone is printed, a table on a terminal and JSON otherwise, and a refusal ends with status 1.

            EXAMPLES:
              Who is there, as a table, and for a script:
                hark inspect unix:///run/app-console.sock peers
                hark inspect unix:///run/app-console.sock peers --json | jq length

              Log more for a while, and emit an event in the name of the process:
                hark inspect tcp://localhost:4000 log debug
                hark inspect tcp://localhost:4000 emit news '{"tea":"ready"}'

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument

    @Argument(
        help: "What to do there; standard input says it if it is left out.",
        completion: .list(["peers", "statistics", "subscriptions", "log", "emit", "drain", "help"]))
    var command: String?

    @Argument(help: ArgumentHelp("What the command needs to know.", valueName: "arg"))
    var arguments: [String] = []

    @Flag(help: "Send all arguments as text, even those that are JSON.")
    var text = false

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("How long to wait for the connection, and for each answer.", valueName: "seconds"))
    var timeout = 5.0

    func validate() throws { try Duration.check(timeout: timeout) }

    func run() throws {
        let endpoint = try server.endpoint
        let patience = Duration.seconds(timeout)
        let format = output.format
        let command = command
        let values =
            text
            ? arguments.map { .string($0) } : ConsoleRequest.arguments(of: command ?? "", arguments)
        try EventLoop.run {
            let inspection = Inspection(endpoint, patience: patience, format)
            if let command {
                try await inspection.ask(command, values)
            } else {
                try await inspection.run()
            }
        }
    }
}
