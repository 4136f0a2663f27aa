import ArgumentParser
import Logging

/// How much the library tells of itself.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Log from this level on: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "level"),
        completion: .list(Logger.Level.allCases.map(\.rawValue)),
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("there is no such level")
            }
            return level
        })
    var logLevel = Logger.Level.info
}
