import ArgumentParser

/// What to tell while something takes longer than a second.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// A bar, where somebody watches.
    case auto
    /// One JSON object a second.
    case json
    case none
}
