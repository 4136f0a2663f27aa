import ArgumentParser
import Hark

extension RetryDelay {
    /// A day, in milliseconds: as long as the library waits at most.
    private static let millisecondsMax = 86_400_000

    /// Reads `N` or `MIN-MAX`, in milliseconds.
    init(argument: String) throws {
        // MIN..MAX is how others write it.
        let parts = argument.replacing("..", with: "-").split(separator: "-", omittingEmptySubsequences: false)
        let bounds = parts.compactMap { Int($0) }
        guard bounds.count == parts.count, bounds.count <= 2, bounds == bounds.sorted(),
            bounds.allSatisfy((1...Self.millisecondsMax).contains)
        else {
            throw ValidationError("write N or MIN-MAX, in milliseconds from 1 to \(Self.millisecondsMax)")
        }
        let first = Duration.milliseconds(bounds[0])
        self = bounds.count == 1 ? .fixed(first) : .backoff(from: first, upTo: .milliseconds(bounds[1]))
    }
}
