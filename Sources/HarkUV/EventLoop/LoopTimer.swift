/// One deadline, and what to do then. Belongs to the loop that runs when it is scheduled.
@EventLoop
package final class LoopTimer {
    let action: @EventLoop () -> Void
    private(set) var deadline: UInt64 = 0
    /// Where the timer stands in the heap; nil when it is not scheduled.
    var index: Int?

    package init(_ action: @escaping @EventLoop () -> Void) { self.action = action }

    /// Runs the action once at `deadline`, in milliseconds of `TimerHeap.now`, instead of at any deadline set before.
    /// Never early; granularity 1 ms.
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
}
