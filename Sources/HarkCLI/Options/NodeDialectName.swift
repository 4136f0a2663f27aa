import Hark

/// The wires that nodes can speak, as `--dialect` names them.
enum NodeDialectName: String, NamedDialect {
    case native, verbose

    static let place = "between nodes; use hark node"
    static let kind = " of nodes"

    var dialect: Dialect {
        switch self {
        case .native: .native
        case .verbose: .verbose
        }
    }
}
