import ArgumentParser
import Hark
import Logging

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
        var client = Client.Options()
        client.credentials = try credentials.value
        client.logger.logLevel = logging.logLevel
        reconnecting.apply(to: &client)
        try preamble.apply(to: &client)
        let pingInterval = reconnecting.ping
        let options = Conversation.Options(output, lines, ending, progress)
        try EventLoop.run { [client] in
            try await Conversation(DiallingSide(endpoint, client, pingInterval: pingInterval), options).run()
        }
    }
}
