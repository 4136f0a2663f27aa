/// What goes wrong with a contestant's process.
enum ChildError: Error, CustomStringConvertible {
    /// It ended before it had reported.
    case ended(arguments: [String], status: Int32)
    /// It reported something else.
    case unexpected(String)
    /// Its program is missing or cannot be run.
    case notStarted(String, String)
    /// The seconds were over before a single message had been counted.
    case nothingMeasured(String, String)

    var description: String {
        switch self {
        case .ended(let arguments, let status):
            "a contestant ended with status \(status) and no report: \(arguments.joined(separator: " "))"
        case .unexpected(let line): "a contestant printed something else than its report: \(line)"
        case .notStarted(let program, let reason): "\(program): \(reason)"
        case .nothingMeasured(let scenario, let contestant):
            "\(scenario): \(contestant): nothing was measured; try a larger --seconds"
        }
    }
}
