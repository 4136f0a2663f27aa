import ArgumentParser
import Hark

/// The wires that a group can speak, as `--dialect` names them.
enum GroupDialectName: String, CaseIterable, CustomStringConvertible {
    case native, eventcast

    var description: String { rawValue }

    /// Reads one name.
    init(argument: String) throws {
        guard let name = GroupDialectName(rawValue: argument) else {
            if DialectName(rawValue: argument) != nil {
                throw ValidationError(
                    "the \(argument) dialect is spoken over connections; use hark listen or hark connect")
            }
            let suggestion = Suggestion.nearest(to: argument, among: Self.names).map { "did you mean \"\($0)\"?" }
            throw ValidationError(
                "there is no dialect \"\(argument)\" of groups; "
                    + (suggestion ?? "choose among \(Self.names.joined(separator: ", "))"))
        }
        self = name
    }

    static var names: [String] { allCases.map(\.rawValue) }

    var dialect: Dialect {
        switch self {
        case .native: .native
        case .eventcast: .eventcast
        }
    }
}
