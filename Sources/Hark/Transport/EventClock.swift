public import HarkUV

/// Where an emitter takes the time from: the loop, or a simulation.
@EventLoop
public protocol EventClock: AnyObject, Sendable {
    /// Milliseconds since any fixed moment. Only moves forward.
    var now: UInt64 { get }

    /// `now` as it was when this turn of the loop began, for those who ask often and need not know exactly.
    var turn: UInt64 { get }

    /// How long it was since any fixed moment, as exactly as this clock can tell, for those who measure.
    var reading: Duration { get }

    /// Milliseconds since 1970 by the wall clock. It may jump; only people read it.
    var date: Int64 { get }

    /// A timer that runs `action` on the loop. It is not running yet.
    func timer(_ action: @escaping @EventLoop () -> Void) -> any EventTimer
}

extension EventClock {
    /// The exact time.
    public var turn: UInt64 { now }

    /// In whole milliseconds.
    public var reading: Duration { .milliseconds(now) }

    /// The system's.
    public var date: Int64 { WallClock.now }
}

/// One deadline.
@EventLoop
public protocol EventTimer: AnyObject {
    /// Runs the action once when the clock reaches `deadline`, instead of at any deadline set before.
    func schedule(at deadline: UInt64)

    /// Forgets the deadline.
    func cancel()
}

/// The loop's own clock.
@EventLoop
package final class LoopClock: EventClock {
    package static nonisolated let shared = LoopClock()

    private nonisolated init() {}

    package var now: UInt64 { TimerHeap.now }
    package var turn: UInt64 { UVLoop.turn }
    package var reading: Duration { ContinuousClock.now - Self.start }

    private static let start = ContinuousClock.now

    package func timer(_ action: @escaping @EventLoop () -> Void) -> any EventTimer { LoopTimer(action) }
}

extension LoopTimer: EventTimer {}
