/// What went wrong in a simulation.
public enum SimulationError: Error, CustomStringConvertible {
    /// What the test waited for did not happen, or nothing was left that could happen.
    case neverHappened(within: Duration)

    /// A test failed. The seed runs it again.
    case failed(seed: UInt64, any Error)

    /// What went wrong and what to do.
    public var description: String {
        switch self {
        case .neverHappened(let duration): "what was waited for did not happen within \(duration) of virtual time"
        case .failed(let seed, let error): "with seed \(seed): \(error)"
        }
    }
}
