import Dispatch
import Synchronization

/// Counts what threads do, for a test that blocks its own thread.
final class Tally: Sendable {
    private let number = Mutex(0)
    private let semaphore = DispatchSemaphore(value: 0)

    var count: Int { number.withLock { $0 } }

    func add() {
        number.withLock { $0 += 1 }
        semaphore.signal()
    }

    /// Blocks the thread until `add` has been called `count` times more than were waited for before.
    func wait(for count: Int = 1) {
        for _ in 0..<count {
            precondition(semaphore.wait(timeout: .now() + 60) == .success, "nothing happened for a minute")
        }
    }
}
