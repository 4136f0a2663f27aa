import ArgumentParser
import Hark

/// `hark emit`: one event.
struct EmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emit",
        abstract: "Connect, emit one event, and end when it is sent.",
        discussion: """
            \(MessageArguments.policy)

            EXAMPLES:
              An event with a text, a number and an object:
                hark emit tcp://localhost:5555 tick EURUSD 1.0842 '{"source":"test"}'

              A version that must not become a number, with credentials:
                hark emit unix:///tmp/app.sock deployed --text 1.10 --credentials '{"token":"abc"}'

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument
    @OptionGroup var message: MessageArguments
    @OptionGroup var dialect: DialectOptions
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var patience: PatienceOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    func validate() throws {
        try dialect.refuse("--credentials", ifGiven: credentials.credentials != nil, "credentials")
    }

    func run() throws {
        let call = try Call(server, dialect, credentials, patience, progress, logging)
        let name = message.name
        let values = message.values
        try EventLoop.run {
            try await call.run { client in
                if case .dropped(let reason) = client.emit(name, values: values) {
                    throw Failure(.failure, "\"\(name)\" was not sent: \(reason.sentence)")
                }
            }
        }
    }
}
