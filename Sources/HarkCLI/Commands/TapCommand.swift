import ArgumentParser
import Hark
import Logging

/// `hark tap`: what is said on a bus.
struct TapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tap",
        abstract: "Show what is emitted on a bus, without taking part.",
        discussion: """
            It joins the bus as one more node and emits nothing; standard input is not read. A \
            PATTERN fits names token by token: "*" is one token, ">" all that follow. What fits \
            several is shown once. Nothing but what is asked for travels here.

            EXAMPLES:
              Show everything, as it would be typed:
                hark tap tcp://localhost:9000

              Only orders and their payments, a hundred of them, for a script:
                hark tap tcp://localhost:9000 'orders.>' '*.paid' -n 100 | jq -c .args

            OUTPUT, one object per line when piped or with --json:
              {"type":"event","name":NAME,"args":[…],"from":ID}
                  "from" is the id of the node that has emitted it, in the verbose
                  dialect of the neighbour.
              {"type":"connect","peer":ID} and {"type":"reconnect"}
              {"type":"disconnect","peer":ID,"message":TEXT}
              {"type":"error","message":TEXT}
                  Also each attempt to connect that has failed, and what was lost.

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument

    @Argument(help: ArgumentHelp("Names or patterns of events. (default: >, all of them)", valueName: "pattern"))
    var patterns: [String] = []

    @OptionGroup var bus: BusOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var lines: LineOptions

    @Option(name: [.customShort("n"), .long], help: "End after so many events were received.")
    var count: Int?

    @Option(help: ArgumentHelp("End when no event was received for so long.", valueName: "seconds"))
    var idle: Double?

    @OptionGroup var deadline: DeadlineOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be 1 or more, not \(count)") }
        try Duration.check(timeout: idle, of: "--idle")
    }

    func run() throws {
        let endpoint = try server.endpoint
        var node = Node.Options(dialect: bus.dialect.dialect, channel: bus.channel)
        node.logger.logLevel = logging.logLevel
        let options = Conversation.Options(
            format: output.format, shape: lines.shape, count: count, timeout: deadline.timeout.map { .seconds($0) },
            idle: idle.map { .seconds($0) }, readsInput: false, progress: progress.progress)
        let patterns = patterns.isEmpty ? [">"] : patterns
        try EventLoop.run { [node] in
            try await Conversation(NodeSide([], [endpoint], node, hearing: patterns), options).run()
        }
    }
}
