/// One deadline, and what to do then. Belongs to the loop that runs when it is scheduled.
@EventLoop
package final class LoopTimer {
    let action: @EventLoop () -> Void
    @exclusivity(unchecked) var deadline: UInt64 = 0
    /// Which of the timers with this deadline comes first.
    var order: UInt64 = 0
    /// The index, or -1: an optional would cost every connection eight bytes.
    @exclusivity(unchecked) private var place = -1

    /// Where the timer stands in the heap; nil when it is not scheduled.
    var index: Int? {
        get { place < 0 ? nil : place }
        set { place = newValue ?? -1 }
    }

    /// Whether the timer is scheduled and has not run yet.
    package var isScheduled: Bool { index != nil }

    package init(_ action: @escaping @EventLoop () -> Void) { self.action = action }

    /// Runs the action once at `deadline`, in milliseconds of `TimerHeap.now`, instead of at any deadline set before.
    /// Never early, so up to 2 ms late; a deadline in the past is due in the next turn. The loop keeps a timer while it
    /// is scheduled; when the loop ends it is dropped.
    package func schedule(at deadline: UInt64) {
        guard index == nil || self.deadline != deadline else { return }
        cancel()
        self.deadline = deadline
        EventLoop.executor.current.timers.insert(self)
    }

    package func cancel() {
        guard index != nil else { return }
        EventLoop.executor.current.timers.remove(self)
    }

    func isBefore(_ other: LoopTimer) -> Bool {
        deadline == other.deadline ? order < other.order : deadline < other.deadline
    }
}
