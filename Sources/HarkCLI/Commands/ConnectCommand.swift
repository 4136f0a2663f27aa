import ArgumentParser
import Hark

/// `hark connect`: a client, spoken to through standard input and output.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Connect and stay connected; events become lines, lines become events.",
        discussion: """
            It connects again whenever the connection is lost; what is to be sent waits.

            EXAMPLES:
              Show what a server emits:
                hark connect tcp://localhost:5555

              Send a log, one event per line of the file, and end when all is sent:
                jq -cR '{emit:"log",args:[.]}' app.log |
                  hark connect unix:///tmp/app.sock --end-with-input

            \(Conversation.help)

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument
    @OptionGroup var dialect: DialectOptions
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var ending: EndOptions

    @OptionGroup var reconnecting: ReconnectOptions
    @OptionGroup var preamble: PreambleOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    func run() throws {
        let endpoint = try server.endpoint
        let credentials = try credentials.value
        let reconnecting = reconnecting
        let logLevel = logging.logLevel
        var options = Conversation.Options(output, lines, ending, progress)
        options.preamble = try preamble.instructions
        try EventLoop.run { [options] in
            let side = DiallingSide(endpoint, credentials: credentials, reconnecting, logLevel)
            try await Conversation(side, options).run()
        }
    }
}
