internal import CLibUV

/// One call of `EventLoop.run` in progress. Its flags are guarded by the mailbox's lock until it is signalled.
package final class LoopRun: @unchecked Sendable {
    /// The calling thread is the loop itself, which is stopped instead of being signalled.
    var ownsLoop = false
    var isBodyEnded = false
    var error: (any Error)?

    private let semaphore = UnsafeMutablePointer<uv_sem_t>.allocate(capacity: 1)

    init() {
        let status = uv_sem_init(semaphore, 0)
        precondition(status == 0, "cannot make a semaphore: \(UVError(status))")
    }

    deinit {
        uv_sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Blocks the calling thread until `signal` is called.
    func wait() { uv_sem_wait(semaphore) }

    func signal() { uv_sem_post(semaphore) }
}
