import Hark

/// How the command ends, for scripts. The numbers are a promise.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case failure = 1
    case usage = 2
    case connection = 3
    case timeout = 4
    case noResponder = 5
    case permission = 6
    case interrupted = 130

    /// The status of an error that ended a command, apart from what the command knows better.
    init(_ error: HarkError) {
        self =
            switch error.code {
            case .invalidEndpoint, .invalidOptions, .invalidPattern: .usage
            case .permission: .permission
            case .connect, .handshake: .connection
            case .timeout: .timeout
            case .noResponder: .noResponder
            default: .failure
            }
    }

    private var meaning: String {
        switch self {
        case .done: "done, or ended by SIGTERM"
        case .failure: "something failed; standard error says what"
        case .usage: "the command line makes no sense"
        case .connection: "no connection, or the other side refused it"
        case .timeout: "--timeout has passed"
        case .noResponder: "nobody answers the request"
        case .permission: "the system does not let this user do it"
        case .interrupted: "interrupted, as by Ctrl-C"
        }
    }

    /// All statuses, for `--help`.
    static let table =
        "EXIT STATUS:\n"
        + allCases.map { status in
            let number = "\(status.rawValue)"
            return "  " + number + String(repeating: " ", count: 5 - number.count) + status.meaning
        }.joined(separator: "\n")
}
