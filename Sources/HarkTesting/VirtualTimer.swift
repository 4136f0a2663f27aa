internal import Hark

/// One deadline of a virtual clock.
@EventLoop
final class VirtualTimer: EventTimer {
    private(set) var deadline: UInt64 = 0
    var order: UInt64 = 0

    private unowned let clock: VirtualClock
    private let action: @EventLoop () -> Void
    private var isScheduled = false

    init(clock: VirtualClock, _ action: @escaping @EventLoop () -> Void) {
        self.clock = clock
        self.action = action
    }

    func schedule(at deadline: UInt64) {
        cancel()
        self.deadline = deadline
        isScheduled = true
        clock.insert(self)
    }

    func cancel() {
        guard isScheduled else { return }
        isScheduled = false
        clock.remove(self)
    }

    /// The clock has taken it out and calls it.
    func fire() {
        isScheduled = false
        action()
    }
}
