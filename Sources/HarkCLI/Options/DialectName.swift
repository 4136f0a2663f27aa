import ArgumentParser
import Hark

/// The wires that can be spoken, as `--dialect` names them.
enum DialectName: String, CaseIterable, CustomStringConvertible {
    case native, streamitter, uhura
    case socketIPC = "socket-ipc"

    var description: String { rawValue }

    /// Reads one name.
    init(argument: String) throws {
        guard let name = DialectName(rawValue: argument) else {
            if GroupDialectName(rawValue: argument) != nil {
                throw ValidationError("the \(argument) dialect is spoken in groups; use hark cast")
            }
            let suggestion = Suggestion.nearest(to: argument, among: Self.names).map { "did you mean \"\($0)\"?" }
            throw ValidationError(
                "there is no dialect \"\(argument)\"; "
                    + (suggestion ?? "choose among \(Self.names.joined(separator: ", "))"))
        }
        self = name
    }

    static var names: [String] { allCases.map(\.rawValue) }

    /// With its defaults.
    var dialect: Dialect {
        switch self {
        case .native: .native
        case .streamitter: .streamitter
        case .uhura: .uhura
        case .socketIPC: .socketIPC
        }
    }
}

/// What a wire carries besides events. Scripts are told so before anything is sent.
extension Dialect {
    /// Whether each event can be acknowledged.
    var hasAcknowledgements: Bool { self == .native || self == .uhura }

    /// Whether both sides share values.
    var hasData: Bool { [DialectName.native, .uhura].contains { $0.rawValue == description } }

    /// Whether a value that is shared can be removed, not only be null.
    var hasRemoval: Bool { self == .native }

    /// Whether requests are answered.
    var hasRequests: Bool { self == .native }

    /// Why something cannot be done.
    func lacks(_ what: String) -> String { "the \(self) dialect has no \(what)" }
}
