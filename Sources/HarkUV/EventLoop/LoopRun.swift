#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One call of `EventLoop.run` in progress. The loop thread writes, then signals; the waiting thread reads after that.
package final class LoopRun: @unchecked Sendable {
    /// The calling thread is the loop itself, which is stopped instead of being signalled.
    var ownsLoop = false
    var isBodyEnded = false
    var error: (any Error)?

    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func wait() { while sem_wait(semaphore) != 0 {} }

    func signal() { sem_post(semaphore) }
}
