import ArgumentParser
import Hark

/// `hark request`: one request and its reply.
struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Connect, ask, print the reply as JSON, and end.",
        discussion: """
            \(MessageArguments.policy)

            EXAMPLES:
              Ask for a sum:
                hark request tcp://localhost:5555 sum 2 3

              Give the server ten seconds, and use the reply:
                hark request unix:///tmp/app.sock report 2026 --timeout 10 | jq .total

            \(ExitStatus.table)
            """)

    @OptionGroup var server: ServerArgument
    @OptionGroup var message: MessageArguments
    @OptionGroup var dialect: DialectOptions
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var patience: PatienceOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Print a reply that is a text as it is, not as JSON.")
    var raw = false

    func validate() throws {
        guard !dialect.dialect.dialect.hasRequests else { return }
        throw ValidationError("\(dialect.dialect.dialect.lacks("requests")); send an event with hark emit")
    }

    func run() throws {
        let call = try Call(server, dialect, credentials, patience, progress, logging)
        let name = message.name
        let values = message.values
        let isRaw = raw
        try EventLoop.run {
            try await call.run { client in
                let reply = try await client.request(name, values: values, within: call.timeout)
                let text = isRaw ? reply.string ?? "\(reply)" : "\(reply)"
                if !StandardOutput.write(Array("\(text)\n".utf8)) {
                    throw Failure(.failure, "the reply cannot be written to standard output")
                }
            }
        }
    }
}
