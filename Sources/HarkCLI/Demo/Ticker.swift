import Hark

/// Does something at regular intervals, until it is stopped.
@EventLoop
final class Ticker {
    private let interval: UInt64
    private let action: @EventLoop () -> Void
    private lazy var timer = LoopTimer { [weak self] in self?.tick() }

    /// - Parameter milliseconds: from one time to the next.
    init(every milliseconds: Int, _ action: @escaping @EventLoop () -> Void) {
        interval = UInt64(milliseconds)
        self.action = action
        timer.schedule(at: TimerHeap.now + interval)
    }

    func stop() { timer.cancel() }

    private func tick() {
        timer.schedule(at: TimerHeap.now + interval)
        action()
    }
}
