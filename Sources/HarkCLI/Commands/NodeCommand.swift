import ArgumentParser
import Hark
import Logging

/// `hark node`: a node of a bus, spoken to through standard input and output.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Be a node of a bus; events become lines, lines become events.",
        usage: "hark node [--listen <url>] ... [--connect <url>] ... [<options>]",
        discussion: """
            Each node hears what all others emit, once, over whatever connections there are \
            between them: chains, stars, rings, meshes. It does not matter who connects to \
            whom. A node connects again whenever the connection is lost. There are no "to", \
            no acknowledgements, no shared data and no requests.

            EXAMPLES:
              Three nodes in a chain; what is typed at one end is shown at the other:
                hark node --listen tcp://:9000
                hark node --listen tcp://:9001 --connect tcp://localhost:9000
                hark node --connect tcp://localhost:9001

              Be a node of a bus of verbose:
                hark node --connect tcp://localhost:9000 --dialect verbose

            \(Conversation.nodeHelp)

            \(ExitStatus.table)
            """)

    @OptionGroup var addresses: NodeAddresses
    @OptionGroup var bus: BusOptions
    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var ending: EndOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    func validate() throws { _ = try node.options(on: bus) }

    func run() throws {
        let (listened, connected) = try (addresses.listened, addresses.connected)
        var node = try node.options(on: bus)
        node.console = try addresses.consoleEndpoint
        node.logger.logLevel = logging.logLevel
        let options = Conversation.Options(output, lines, ending, progress)
        try EventLoop.run { [node] in
            try await Conversation(NodeSide(listened, connected, node), options).run()
        }
    }
}
