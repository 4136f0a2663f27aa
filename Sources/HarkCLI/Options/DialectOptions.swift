import ArgumentParser
import Hark

/// Which wire a client speaks.
struct DialectOptions: ParsableArguments {
    @Option(
        help: "The wire to speak: \(DialectName.names.joined(separator: ", ")). (default: native)",
        completion: .list(DialectName.names), transform: { try DialectName(argument: $0) })
    var dialect = DialectName.native

    /// Refuses an option for something that only native has.
    func refuse(_ option: String, ifGiven isGiven: Bool, _ feature: String) throws {
        guard isGiven, dialect != .native else { return }
        throw ValidationError("\(dialect.dialect.lacks(feature)); leave \(option) out, or speak native")
    }
}
