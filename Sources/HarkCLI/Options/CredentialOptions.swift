import ArgumentParser
import Hark

/// How a client introduces itself.
struct CredentialOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What the server judges this client by.", valueName: "json"))
    var credentials: String?

    func validate() throws { _ = try value }

    var value: Value? {
        get throws {
            do {
                return try credentials.map { try Value(json: Array($0.utf8)) }
            } catch {
                throw ValidationError("--credentials must be JSON, such as '{\"token\":\"abc\"}': \(error)")
            }
        }
    }
}
