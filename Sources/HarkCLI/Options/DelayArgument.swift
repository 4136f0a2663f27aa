import ArgumentParser
import Hark

/// `N` or `MIN-MAX`, in milliseconds: a wait, which means something of its own to each dialect.
struct DelayArgument {
    /// A day, in milliseconds: as long as the library waits at most.
    private static let millisecondsMax = 86_400_000

    private let first: Duration
    /// Nil where there is but one number.
    private let longest: Duration?

    init(_ argument: String) throws {
        // MIN..MAX is how others write it.
        let parts = argument.replacing("..", with: "-").split(separator: "-", omittingEmptySubsequences: false)
        let bounds = parts.compactMap { Int($0) }
        guard bounds.count == parts.count, bounds.count <= 2, bounds == bounds.sorted(),
            bounds.allSatisfy((1...Self.millisecondsMax).contains)
        else {
            throw ValidationError("write N or MIN-MAX, in milliseconds from 1 to \(Self.millisecondsMax)")
        }
        first = .milliseconds(bounds[0])
        longest = bounds.count == 1 ? nil : .milliseconds(bounds[1])
    }

    /// The waits of socket-ipc are spread evenly and do not grow; all others do.
    func delay(in dialect: DialectName) -> RetryDelay {
        guard let longest else { return .fixed(first) }
        return dialect == .socketIPC ? .between(first, and: longest) : .backoff(from: first, upTo: longest)
    }
}
