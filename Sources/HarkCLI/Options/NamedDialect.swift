import ArgumentParser
import Hark

/// The wires of one kind, as `--dialect` names them.
protocol NamedDialect: RawRepresentable<String>, CaseIterable, CustomStringConvertible, Sendable {
    /// Where they are spoken, and the commands for that: "in groups; use hark cast".
    static var place: String { get }

    /// What tells them from other dialects in a sentence: " of groups".
    static var kind: String { get }
}

/// A name is looked for here when it is not one of those that a command speaks.
private let kinds: [any NamedDialect.Type] = [DialectName.self, GroupDialectName.self, NodeDialectName.self]

extension NamedDialect {
    static var kind: String { "" }

    var description: String { rawValue }

    static var names: [String] { allCases.map(\.rawValue) }

    /// Reads one name.
    init(argument: String) throws {
        guard let name = Self(rawValue: argument) else {
            if let other = kinds.first(where: { $0.names.contains(argument) }) {
                throw ValidationError("the \(argument) dialect is spoken \(other.place)")
            }
            let suggestion = Suggestion.nearest(to: argument, among: Self.names).map { "did you mean \"\($0)\"?" }
            throw ValidationError(
                "there is no dialect \"\(argument)\"\(Self.kind); "
                    + (suggestion ?? "choose among \(Self.names.joined(separator: ", "))"))
        }
        self = name
    }
}
