/// Which of several addresses is dialled: in order, beginning with the one that worked last, those left out whose
/// server has asked to stay away.
package struct Failover: Sendable {
    /// The address, by its place in the list, that is being dialled or connected, or was.
    package private(set) var current = 0

    /// Where the next pass begins: at the one that worked last.
    private var first = 0
    /// How many addresses this pass has come past.
    private var passedCount = 0
    /// When each address may be dialled again.
    private var awayUntil: [Instant]

    /// - Parameter count: how many addresses there are, at least 1.
    package init(count: Int) {
        precondition(count > 0, "failover needs an address")
        awayUntil = Array(repeating: .zero, count: count)
    }

    /// Begins a pass through all addresses. When all have asked to stay away, it goes through all of them all the same:
    /// whoever begins it now does not want to wait.
    ///
    /// - Returns: the address to dial.
    package mutating func begin(_ now: Instant) -> Int {
        passedCount = 0
        if wait(now) > 0 { awayUntil = Array(repeating: .zero, count: awayUntil.count) }
        return next(now) ?? first
    }

    /// The current address has failed.
    ///
    /// - Returns: the address to dial; nil when the pass is over.
    package mutating func next(_ now: Instant) -> Int? {
        while passedCount < awayUntil.count {
            let index = (first + passedCount) % awayUntil.count
            passedCount += 1
            guard awayUntil[index] <= now else { continue }
            current = index
            return index
        }
        return nil
    }

    /// There is a connection to the current address.
    package mutating func worked() { first = current }

    /// The current address asks to stay away.
    ///
    /// - Parameter milliseconds: for how long; an hour at most.
    package mutating func stayAway(for milliseconds: UInt64, _ now: Instant) {
        awayUntil[current] = now + min(milliseconds, Reconnector.retryAfterMax)
    }

    /// Milliseconds until there is an address that may be dialled.
    package func wait(_ now: Instant) -> UInt64 {
        (awayUntil.min() ?? .zero).milliseconds(since: now)
    }
}
