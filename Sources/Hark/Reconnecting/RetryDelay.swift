internal import HarkProtocol

/// How long a client waits between attempts to connect.
///
/// Bounds are from 1 ms to a day; what is less or more, or negative, counts as the nearest of the two. A largest bound
/// that is below the first counts as the first.
public struct RetryDelay: Sendable, Hashable {
    /// 1 ms: without any wait a loop of failing attempts would leave no time for anything else.
    private static let delayMin: Duration = .milliseconds(1)
    /// A day: a client that waits longer is better closed.
    private static let delayMax: Duration = .seconds(86_400)

    /// The upper bound of the first wait.
    public let first: Duration

    /// The upper bound that later waits approach.
    public let longest: Duration

    /// Whether each wait is `first`, without chance.
    public var isFixed: Bool { growth == .none && first == longest }

    /// How the waits go from `first` to `longest`.
    private enum Growth { case none, doubling, fibonacci }

    private let growth: Growth

    private init(first: Duration, longest: Duration, _ growth: Growth) {
        let range = Self.delayMin...Self.delayMax
        self.first = min(max(first, range.lowerBound), range.upperBound)
        self.longest = min(max(longest, self.first), range.upperBound)
        self.growth = growth
    }

    /// A random wait, evenly from 0 to a bound. The bound is `first` after the first failure, and doubles with each
    /// further one until it is `longest`. All of the wait is random, so that the clients of a server that restarts do
    /// not come back at the same moment.
    public static func backoff(from first: Duration, upTo longest: Duration = .seconds(30)) -> RetryDelay {
        RetryDelay(first: first, longest: longest, .doubling)
    }

    /// Always the same wait. Many clients of one server with a fixed delay come back at the same moment.
    public static func fixed(_ delay: Duration) -> RetryDelay {
        RetryDelay(first: delay, longest: delay, .none)
    }

    /// A random wait, evenly from `first` to `longest`, which does not grow.
    public static func between(_ first: Duration, and longest: Duration) -> RetryDelay {
        RetryDelay(first: first, longest: longest, .none)
    }

    /// Waits of which each is the sum of the two before it: `first` twice, then twice that, three times that, and so on
    /// until they are `longest`. No chance is in them, so many clients of one server come back at the same moment.
    public static func fibonacci(from first: Duration, upTo longest: Duration = .seconds(30)) -> RetryDelay {
        RetryDelay(first: first, longest: longest, .fibonacci)
    }

    var backoff: HarkProtocol.Backoff {
        switch growth {
        case .none: HarkProtocol.Backoff(between: first.milliseconds, and: longest.milliseconds)
        case .doubling: HarkProtocol.Backoff(first: first.milliseconds, longest: longest.milliseconds)
        case .fibonacci: HarkProtocol.Backoff(fibonacci: first.milliseconds, longest: longest.milliseconds)
        }
    }
}
