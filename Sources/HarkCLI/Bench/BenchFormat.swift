/// What a result looks like.
enum BenchFormat: Sendable {
    case readable
    /// One object.
    case json
    /// A table with a line for each run.
    case csv
}
