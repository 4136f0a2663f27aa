/// A moment, in milliseconds of a clock that only moves forward. Machines are told the time; they never ask.
package struct Instant: Comparable, Hashable, Sendable {
    package var milliseconds: UInt64

    package init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    package static let zero = Instant(milliseconds: 0)

    package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// - Parameter milliseconds: how much later.
    package static func + (instant: Instant, milliseconds: UInt64) -> Instant {
        Instant(milliseconds: instant.milliseconds &+ milliseconds)
    }

    /// Milliseconds from `earlier` to here; 0 when it is not earlier.
    package func milliseconds(since earlier: Instant) -> UInt64 {
        milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0
    }
}
