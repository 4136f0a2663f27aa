import Hark

/// The wires that can be spoken over connections, as `--dialect` names them.
enum DialectName: String, NamedDialect {
    case native, streamitter, uhura
    case socketIPC = "socket-ipc"

    static let place = "over connections; use hark listen or hark connect"

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
