public import Hark

/// A clock that stands still until it is told to move. Its timers fire in the order of their deadlines, those of the
/// same moment in the order in which they were set.
@EventLoop
public final class VirtualClock: EventClock {
    /// Milliseconds since the clock was made, plus one day: code that takes 0 for "never" is found out.
    public private(set) var now: UInt64 = 86_400_000

    /// The time of day: 2001-09-09 01:46:40 UTC when the clock was made.
    public var date: Int64 { 1_000_000_000_000 - 86_400_000 + Int64(now) }

    private var timers: [VirtualTimer] = []
    private var nextOrder: UInt64 = 0

    /// A clock that stands.
    public init() {}

    /// A timer of this clock. It is not running yet.
    public func timer(_ action: @escaping @EventLoop () -> Void) -> any EventTimer {
        VirtualTimer(clock: self, action)
    }

    /// The earliest deadline set; nil when there is none.
    public var nextDeadline: UInt64? { timers.first?.deadline }

    /// Moves to the earliest deadline, if that lies ahead, and fires that one timer.
    ///
    /// - Parameter limit: deadlines beyond it are left alone.
    /// - Returns: whether there was a timer to fire.
    @discardableResult
    public func fireNext(until limit: UInt64 = .max) -> Bool {
        guard let first = timers.first, first.deadline <= limit else { return false }
        timers.removeFirst()
        now = max(now, first.deadline)
        first.fire()
        return true
    }

    /// Moves on by `duration` and fires what is due on the way.
    public func advance(by duration: Duration) {
        let end = now + duration.wholeMilliseconds
        while fireNext(until: end) {}
        now = max(now, end)
    }

    /// Moves to `moment`, if that lies ahead, without firing anything that is due before.
    func move(to moment: UInt64) { now = max(now, moment) }

    func insert(_ timer: VirtualTimer) {
        nextOrder += 1
        timer.order = nextOrder
        let index = timers.partitioningIndex { ($0.deadline, $0.order) > (timer.deadline, timer.order) }
        timers.insert(timer, at: index)
    }

    func remove(_ timer: VirtualTimer) { timers.removeAll { $0 === timer } }
}

extension Array {
    /// The first index whose element, and all after it, are on the far side.
    fileprivate func partitioningIndex(where isBeyond: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
