import ArgumentParser
import Hark
import Logging

/// `hark connect`: a client, spoken to through standard input and output.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Connect and stay connected; events become lines, lines become events.",
        discussion: """
            It connects again whenever the connection is lost; what is to be sent waits, but
            for socket-ipc, where it is an error unless --queue-offline is given.

            EXAMPLES:
              Show what a server emits:
                hark connect tcp://localhost:5555

              Send a log, one event per line of the file, and end when all is sent:
                jq -cR '{emit:"log",args:[.]}' app.log |
                  hark connect unix:///tmp/app.sock --end-with-input

              Be a client of an Uhura server:
                hark connect tcp://localhost:5555 --dialect uhura

            \(Conversation.help)

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument
    @OptionGroup var dialect: DialectOptions
    @OptionGroup var choices: DialectChoices
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var ending: EndOptions
    @OptionGroup var deadline: DeadlineOptions
    @OptionGroup var reconnecting: ReconnectOptions
    @OptionGroup var preamble: PreambleOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    func validate() throws {
        _ = try choices.dialect(dialect.dialect)
        try dialect.refuse("--credentials", ifGiven: credentials.credentials != nil, "credentials")
        try dialect.refuse("--ping", ifGiven: reconnecting.ping != nil, "pings")
        try dialect.refuse("--preamble", ifGiven: !preamble.preamble.isEmpty, "preamble")
    }

    func run() throws {
        let endpoint = try server.endpoint
        var client = Client.Options()
        client.dialect = try choices.dialect(dialect.dialect)
        client.credentials = try credentials.value
        client.logger.logLevel = logging.logLevel
        reconnecting.apply(to: &client, in: dialect.dialect)
        try preamble.apply(to: &client)
        let (retries, pingInterval) = (reconnecting.retry, reconnecting.ping)
        let options = Conversation.Options(output, lines, ending, progress, deadline)
        try EventLoop.run { [client] in
            let side = DiallingSide(endpoint, client, retries: retries, pingInterval: pingInterval)
            try await Conversation(side, options).run()
        }
    }
}
