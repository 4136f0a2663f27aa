import ArgumentParser
import Logging

/// How much the library tells of itself.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Log from this level on: \(Logger.Level.names).", valueName: "level"),
        completion: .list(Logger.Level.allCases.map(\.rawValue)), transform: Logger.Level.init(argument:))
    var logLevel = Logger.Level.info
}

extension Logger.Level {
    /// Reads one name.
    init(argument: String) throws {
        guard let level = Logger.Level(rawValue: argument) else { throw ValidationError("there is no such level") }
        self = level
    }

    /// All of them, for `--help`.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
