import Hark

/// The wires that a group can speak, as `--dialect` names them.
enum GroupDialectName: String, NamedDialect {
    case native, eventcast

    static let place = "in groups; use hark cast"
    static let kind = " of groups"

    var dialect: Dialect {
        switch self {
        case .native: .native
        case .eventcast: .eventcast
        }
    }
}
