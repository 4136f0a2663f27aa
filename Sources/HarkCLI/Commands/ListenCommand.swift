import ArgumentParser
import Hark
import Logging

/// `hark listen`: a server, spoken to through standard input and output.
struct ListenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Listen for clients; events become lines, lines become events.",
        discussion: """
            EXAMPLES:
              Show what arrives, on a port of the system's choice and a socket:
                hark listen tcp://:0 unix:///tmp/app.sock

              Collect the arguments of a thousand events, and end:
                hark listen tcp://:5555 -n 1000 | jq -c 'select(.name).args'

              Be a server for clients of Hark and of Uhura alike:
                hark listen tcp://:5555 --dialect native,uhura

            \(Conversation.help)

            \(ExitStatus.table)
            """)

    @Argument(help: ArgumentHelp("tcp://HOST:PORT or unix:///PATH; port 0 lets the system choose.", valueName: "url"))
    var urls: [String]

    @OptionGroup var dialects: DialectsOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var ending: EndOptions
    @OptionGroup var deadline: DeadlineOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    func validate() throws {
        _ = try urls.map { try Endpoint(connecting: $0) }
        if urls.count > 1, dialects.values.allSatisfy({ $0 == .socketIPC }) {
            throw ValidationError("a server of the socket-ipc dialect has one address, not \(urls.count)")
        }
    }

    func run() throws {
        let endpoints = try urls.map { try Endpoint(connecting: $0) }
        let options = Conversation.Options(output, lines, ending, progress, deadline)
        var server = Server.Options()
        server.dialects = dialects.values
        server.logger.logLevel = logging.logLevel
        try EventLoop.run { [server] in try await Conversation(ListeningSide(endpoints, server), options).run() }
    }
}
