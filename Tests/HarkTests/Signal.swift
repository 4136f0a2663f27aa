import Hark

/// Counts what has happened and wakes who waits for it. Waiting by events, not by time.
@EventLoop
final class Signal {
    private(set) var count = 0
    private var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    func fire() {
        count += 1
        let due = waiters.filter { $0.count <= count }
        waiters.removeAll { $0.count <= count }
        for waiter in due { waiter.continuation.resume() }
    }

    /// Nothing has happened yet.
    func reset() { count = 0 }

    /// Returns when it has fired `count` times, in all.
    func wait(for count: Int = 1) async {
        guard self.count < count else { return }
        await withCheckedContinuation { waiters.append((count, $0)) }
    }
}
