internal import CLibUV
package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What has something to write at the end of the turn.
@EventLoop
package protocol Flushable: AnyObject {
    /// Writes what is pending. Called once per turn in which `UVLoop.flushAtEndOfTurn` was asked for it.
    func flush()
}

/// The libuv loop and what belongs to it: jobs, the list of connections to flush, timers and the shared read buffer.
///
/// A turn: timers, then `prepare` (jobs, flush), then libuv polls and calls back for whatever is readable, then
/// `check` (jobs, flush). Both flushes are needed: what a read callback answers leaves right after the poll, what a
/// timer or a job wrote leaves before the loop sleeps.
@EventLoop
package final class UVLoop {
    /// 64 KiB: one read fills it at most, and every connection reads into the same memory.
    static nonisolated let readBufferByteCount = 64 * 1024

    /// Jobs run per phase before the loop looks at its sockets again, so that a busy task cannot starve them.
    static nonisolated let jobsPerPhaseMax = 256

    /// 100 us, likewise: the clock is looked at after each job.
    private static nonisolated let phaseNanosecondsMax: UInt64 = 100_000

    /// Jobs already run that stay in front of the queue before it is moved up: 8 KiB of them.
    private static nonisolated let finishedJobsMax = 1024

    nonisolated let executor: LoopExecutor
    let pointer: UnsafeMutablePointer<uv_loop_t>
    nonisolated(unsafe) private let asyncHandle: UnsafeMutablePointer<uv_async_t>
    private let prepareHandle: UnsafeMutablePointer<uv_prepare_t>
    private let checkHandle: UnsafeMutablePointer<uv_check_t>
    private let idleHandle: UnsafeMutablePointer<uv_idle_t>

    /// 1 000 ms: chunks that were not needed for so long are freed. Less, and a hundred connections that take turns
    /// would free memory and get it back from the system, page by page.
    private static nonisolated let trimInterval: UInt64 = 1_000

    /// Chunks for everything that is written on this loop.
    package let pool = ChunkPool(spareCountMax: ChunkPool.spareCountMax)
    /// For what is mostly a few bytes: control frames, and cut frames.
    package let smallPool: ChunkPool
    /// For control frames.
    package let writers: WriterPool
    private lazy var trimming = LoopTimer { [unowned pool] in pool.trim() }
    package let timers: TimerHeap

    @exclusivity(unchecked) private var jobs: [LoopJob] = []
    @exclusivity(unchecked) private var nextJob = 0
    @exclusivity(unchecked) private var dirty: [any Flushable] = []
    @exclusivity(unchecked) private var flushing: [any Flushable] = []
    private var retained: [ObjectIdentifier: Retained] = [:]
    @exclusivity(unchecked) private var isIdling = false

    init(executor: LoopExecutor) {
        self.executor = executor
        smallPool = ChunkPool(smallBeside: pool)
        writers = WriterPool(smallPool)
        // A write to a connection that the other side has closed must be an error, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        pointer = .allocate(capacity: 1)
        // Filled with zeros: these handles have no owner object in `data`.
        asyncHandle = .zeroed(uv_async_t())
        prepareHandle = .zeroed(uv_prepare_t())
        checkHandle = .zeroed(uv_check_t())
        idleHandle = .zeroed(uv_idle_t())
        let status = uv_loop_init(pointer)
        precondition(status == 0, "cannot make an event loop: \(UVError(status))")
        timers = TimerHeap(loop: pointer)
        pointer.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        Self.running = pointer
        uv_async_init(pointer, asyncHandle) { @Sendable handle in
            guard let handle else { return }
            UVHandle.enter(handle.pointee.loop.pointee.data, of: UVLoop.self) { $0.drainMailbox() }
        }
        uv_prepare_init(pointer, prepareHandle)
        uv_prepare_start(prepareHandle) { @Sendable handle in
            guard let handle else { return }
            UVHandle.enter(handle.pointee.loop.pointee.data, of: UVLoop.self) { $0.beforePoll() }
        }
        uv_check_init(pointer, checkHandle)
        uv_check_start(checkHandle) { @Sendable handle in
            guard let handle else { return }
            UVHandle.enter(handle.pointee.loop.pointee.data, of: UVLoop.self) { $0.afterPoll() }
        }
        uv_idle_init(pointer, idleHandle)
    }

    /// Memory to read into. What is read there is valid until the next read of any connection.
    static nonisolated(unsafe) let readBuffer = uv_buf_init(
        .allocate(capacity: readBufferByteCount), UInt32(readBufferByteCount))

    // MARK: Turns

    @exclusivity(unchecked) private static var running: UnsafeMutablePointer<uv_loop_t>?

    /// `TimerHeap.now` as it was when the loop last returned from waiting; 0 when there is no loop.
    package static var turn: UInt64 {
        guard let running else { return 0 }
        return uv_now(running)
    }

    /// Whoever wants to know of turns that take long.
    @exclusivity(unchecked) var lagWatch: LagWatch?

    private func beforePoll() {
        runJobs()
        flush()
        lagWatch?.done(since: Self.turn)
        endRuns()
        if pool.hasExcess, !trimming.isScheduled { trimming.schedule(at: TimerHeap.now + Self.trimInterval) }
        timers.arm()
        // Jobs that remain must not wait for a socket: an active idle handle keeps the poll from sleeping.
        setIdling(nextJob < jobs.count)
    }

    private func afterPoll() {
        runJobs()
        flush()
        lagWatch?.done(since: Self.turn)
    }

    private func setIdling(_ isOn: Bool) {
        guard isOn != isIdling else { return }
        isIdling = isOn
        if isOn { uv_idle_start(idleHandle) { _ in } } else { uv_idle_stop(idleHandle) }
    }

    func enqueue(_ job: LoopJob) { jobs.append(job) }

    private func runJobs() {
        guard nextJob < jobs.count else { return }
        var remaining = Self.jobsPerPhaseMax
        let end = uv_hrtime() + Self.phaseNanosecondsMax
        repeat {
            let job = jobs[nextJob]
            nextJob += 1
            remaining -= 1
            executor.run(job)
        } while nextJob < jobs.count && remaining > 0 && uv_hrtime() < end
        if nextJob == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            nextJob = 0
        } else if nextJob > Self.finishedJobsMax {
            jobs.removeFirst(nextJob)
            nextJob = 0
        }
    }

    /// Has `flushable` flushed once before the loop sleeps.
    package func flushAtEndOfTurn(_ flushable: any Flushable) { dirty.append(flushable) }

    /// Flushes what asked for it. The loop does so twice a turn; simulations do when they step.
    package func flush() {
        // A flush may make others dirty, for example when a failed write closes a peer and others are told.
        while !dirty.isEmpty {
            if dirty.count == 1 {
                dirty.removeLast().flush()
                continue
            }
            swap(&dirty, &flushing)
            for flushable in flushing { flushable.flush() }
            flushing.removeAll(keepingCapacity: true)
        }
    }

    /// Runs what is enqueued and flushes until neither is left: a turn without its poll, for simulations. They call it
    /// within a job, so jobs nest here, as they never do in the loop itself.
    package func settle() {
        // 10 000 rounds: whoever has more to do without time passing waits for what only a poll brings.
        var remaining = 10_000
        while nextJob < jobs.count || !dirty.isEmpty, remaining > 0 {
            remaining -= 1
            runJobs()
            flush()
        }
    }

    // MARK: Life

    /// Keeps `object` until it is released, and until then `EventLoop.run` from returning, unless it is to run beside
    /// what else goes on. Called again, the last call counts.
    package func retain(_ object: AnyObject, isReferenced: Bool) {
        retained[ObjectIdentifier(object)] = Retained(object: object, isReferenced: isReferenced)
    }

    package func release(_ object: AnyObject) { retained[ObjectIdentifier(object)] = nil }

    private struct Retained {
        let object: AnyObject
        let isReferenced: Bool
    }

    /// Whether the body of a run has ended, which then waits for what is retained to go.
    var hasEndedBodies = false

    /// Decided at the end of the turn: who closes one emitter and opens another at once does not end the run.
    private func endRuns() {
        guard hasEndedBodies, nextJob == jobs.count, !retained.values.contains(where: \.isReferenced) else { return }
        hasEndedBodies = executor.endIdleRuns()
    }

    /// Wakes the loop from any thread. The mailbox's lock is held, so that the loop cannot close meanwhile.
    nonisolated func wake() { uv_async_send(asyncHandle) }

    /// Makes `runUntilStopped` return.
    func stop() { uv_stop(pointer) }

    func runUntilStopped() {
        uv_run(pointer, UV_RUN_DEFAULT)
        flush()
    }

    /// Closes every handle and frees the loop.
    ///
    /// - Returns: the jobs that have not run.
    func close() -> [LoopJob] {
        repeat {
            // Again each time: what is told of its end may open something.
            uv_walk(
                pointer,
                { @Sendable handle, _ in
                    guard let handle, uv_is_closing(handle) == 0 else { return }
                    EventLoop.enter(handle) { @Sendable handle in
                        if let owner = UVHandle.owner(of: handle) { owner.loopEnds() } else { uv_close(handle, nil) }
                    }
                }, nil)
        } while uv_run(pointer, UV_RUN_ONCE) != 0
        let status = uv_loop_close(pointer)
        precondition(status == 0, "the event loop closed with open handles")
        asyncHandle.deallocate()
        prepareHandle.deallocate()
        checkHandle.deallocate()
        idleHandle.deallocate()
        timers.deallocate()
        Self.running = nil
        pointer.deallocate()
        dirty.removeAll()
        defer { jobs.removeAll() }
        return Array(jobs[nextJob...])
    }
}

extension UnsafeMutablePointer {
    fileprivate static func zeroed(_ zeros: Pointee) -> Self {
        let pointer = allocate(capacity: 1)
        pointer.initialize(to: zeros)
        return pointer
    }
}
