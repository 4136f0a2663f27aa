/// How long to wait before the next attempt: a random time up to a bound that doubles with each failure, always the
/// same time, or the numbers of Fibonacci.
///
/// All of a random time is random ("full jitter"), from the first attempt on: when a server restarts, all of its
/// clients have failed in the same moment, and only chance sets them apart.
package struct Backoff: Sendable {
    /// 100 ms: a restarted process listens again within a few of these.
    package static let firstDefault: UInt64 = 100
    /// 30 000 ms: how late, at worst, a client finds that its server is back.
    package static let longestDefault: UInt64 = 30_000

    /// The bound of the first wait, in milliseconds.
    package let first: UInt64
    /// No wait is longer, in milliseconds.
    package let longest: UInt64
    /// No wait is shorter, in milliseconds; nil when the bound grows from `first` and each wait is a part of it.
    package let shortest: UInt64?

    /// The bound of the next wait, in milliseconds.
    package private(set) var bound: UInt64

    /// Whether each wait is the sum of the two before it, without chance.
    private var isFibonacci = false
    /// The wait before this one.
    private var previous: UInt64 = 0

    package init(first: UInt64 = firstDefault, longest: UInt64 = longestDefault) {
        self.first = first
        self.longest = longest
        shortest = nil
        bound = min(first, longest)
    }

    /// - Parameter fixed: how long each wait is, in milliseconds.
    package init(fixed: UInt64) { self.init(between: fixed, and: fixed) }

    /// Waits that do not grow, by chance somewhere between the two, in milliseconds.
    package init(between shortest: UInt64, and longest: UInt64) {
        self.shortest = shortest
        first = longest
        self.longest = longest
        bound = longest
    }

    /// Waits of which each is the sum of the two before it, as older libraries have it: `first` twice, then twice that,
    /// three times that, up to `longest`. In milliseconds.
    package init(fibonacci first: UInt64, longest: UInt64) {
        self.init(first: first, longest: longest)
        isFibonacci = true
    }

    /// Milliseconds to wait now.
    ///
    /// - Parameter spread: over how many milliseconds chance has to spread those who wait, at least.
    package mutating func next(spread: UInt64 = 0, using generator: inout some RandomNumberGenerator) -> UInt64 {
        if isFibonacci {
            let wait = bound
            (previous, bound) = (bound, bound > longest - min(previous, longest) ? longest : previous + bound)
            return max(wait, spread == 0 ? 0 : .random(in: 0...spread, using: &generator))
        }
        if let shortest {
            let wait = shortest < bound ? UInt64.random(in: shortest...bound, using: &generator) : bound
            return max(wait, spread == 0 ? 0 : .random(in: 0...spread, using: &generator))
        }
        // The chance comes after the bound: the other way round most waits would be the longest one.
        let wait = UInt64.random(in: 0...max(bound, spread), using: &generator)
        bound = bound > longest / 2 ? longest : bound * 2
        return wait
    }

    /// All is well: the next failure is a first one.
    package mutating func reset() {
        bound = min(first, longest)
        previous = 0
    }
}
