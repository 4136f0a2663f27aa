import ArgumentParser
import Foundation
import Hark

/// The command `hark`: events from the shell.
@main
struct HarkCommand: ParsableCommand {
    /// The package's version, as its tags.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "hark",
        abstract: "Events across processes and hosts.",
        discussion: """
            Start with `hark demo`. Every verb has examples: `hark listen --help`.

            \(ExitStatus.table)
            """,
        version: version,
        subcommands: [
            ListenCommand.self, ConnectCommand.self, CastCommand.self, NodeCommand.self, EmitCommand.self,
            RequestCommand.self, DemoCommand.self, BenchCommand.self, InspectCommand.self, TopCommand.self,
            TapCommand.self,
            DoctorCommand.self,
            CompletionsCommand.self, ManCommand.self,
            DemoRoleCommand.self,
        ])

    static func main() {
        unblockSignals()
        do {
            try checkVerb()
            try run(try parseAsRoot())
        } catch {
            Foundation.exit(report(error).rawValue)
        }
    }

    /// Processes inherit blocked signals; those of Foundation's and Dispatch's threads have all of them blocked. This
    /// one is ended by signals.
    private static func unblockSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// The parser takes an unknown verb for an argument too many.
    private static func checkVerb() throws {
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-") else { return }
        let verbs = configuration.subcommands.compactMap { command in
            command.configuration.shouldDisplay ? command.configuration.commandName : nil
        }
        guard word != "help", word != DemoRoleCommand.configuration.commandName, !verbs.contains(word) else { return }
        let suggestion = Suggestion.nearest(to: word, among: verbs).map { "did you mean \"\($0)\"?" }
        throw ValidationError(
            "there is no verb \"\(word)\"; \(suggestion ?? "choose among " + verbs.joined(separator: ", "))")
    }

    private static func run(_ command: some ParsableCommand) throws {
        var command = command
        try command.run()
    }

    /// Says what ended the command.
    private static func report(_ error: any Error) -> ExitStatus {
        switch error {
        case let failure as Failure:
            if !failure.message.isEmpty { StandardError.write("hark: \(failure.message)") }
            return failure.status
        case let error as HarkError:
            StandardError.write("hark: \(error.message)")
            return ExitStatus(error)
        default:
            // The parser's own: help and version are no failures.
            guard exitCode(for: error) != .success else {
                print(fullMessage(for: error))
                return .done
            }
            let isUsage = exitCode(for: error) == .validationFailure
            StandardError.write("hark: \(message(for: error))")
            if isUsage { StandardError.write("See `\(invocation) --help`.") }
            return isUsage ? .usage : .failure
        }
    }

    /// The command line up to the verb.
    private static var invocation: String {
        let verbs = configuration.subcommands.compactMap { $0.configuration.commandName }
        let verb = CommandLine.arguments.dropFirst().first.flatMap { verbs.contains($0) ? $0 : nil }
        return ["hark", verb].compactMap(\.self).joined(separator: " ")
    }
}
