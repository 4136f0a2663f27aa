import ArgumentParser
import Hark

/// Which wires a server speaks.
struct DialectsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The wires to speak: \(DialectName.names.joined(separator: ", ")). With several, separated by commas or in \
            options of their own, what a client speaks is recognised. (default: native)
            """, valueName: "dialect,…"),
        completion: .list(DialectName.names),
        transform: { text in
            try text.split(separator: ",", omittingEmptySubsequences: false).map {
                try DialectName(argument: String($0))
            }
        })
    var dialect: [[DialectName]] = []

    func validate() throws {
        var seen: Set<DialectName> = []
        for name in dialect.joined() where !seen.insert(name).inserted {
            throw ValidationError("--dialect names \(name) twice; once is enough")
        }
        let silent = [DialectName.streamitter, .socketIPC].filter { seen.contains($0) }
        if silent.count > 1 {
            throw ValidationError(
                "clients of streamitter and of socket-ipc may both stay silent and cannot be told apart; choose one")
        }
    }

    var values: [Dialect] { dialect.isEmpty ? [.native] : dialect.joined().map(\.dialect) }
}
