import ArgumentParser
import Foundation
import Hark

/// `hark top`: how a running process does, through its admin console.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show how a node or a member of a group does, again and again.",
        discussion: """
            The process must have its console switched on, as by the --console of hark node \
            and hark cast. Shown are its connections with their state, round trips (half and \
            99 of 100 take no more milliseconds than rttP50 and rttP99), what waits to be sent, \
            what was dropped and why, and how much of the time its loop is busy. Of a group \
            there is what groups have.

            On a terminal it is drawn again every second until Ctrl-C, elsewhere once.

            EXAMPLES:
              Look at a node while it works:
                hark node --listen tcp://:9000 --console unix:///tmp/node.sock
                hark top unix:///tmp/node.sock

              How many bytes wait, for a script:
                hark top unix:///tmp/node.sock --json | jq .statistics.queuedBytes

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument

    @Flag(help: "Print it once, also on a terminal.")
    var once = false

    @Flag(help: "Print it once, as one object.")
    var json = false

    @Option(help: ArgumentHelp("How long to wait for the connection, and for each answer.", valueName: "seconds"))
    var timeout = 5.0

    func validate() throws { try Duration.check(timeout: timeout) }

    func run() throws {
        let endpoint = try server.endpoint
        let patience = Duration.seconds(timeout)
        let isOnce = once || json || isatty(STDOUT_FILENO) == 0
        let format: Output.Format = json ? .json : .readable
        try EventLoop.run {
            let top = Top(endpoint, patience: patience)
            if isOnce { try await top.printOnce(format) } else { try await top.run() }
        }
    }
}
