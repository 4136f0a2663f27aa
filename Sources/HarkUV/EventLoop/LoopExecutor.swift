internal import CLibUV
internal import HarkWire
internal import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Runs jobs on the loop thread, and decides which thread that is.
///
/// The loop is idle until something is enqueued, then it gets a thread of its own – unless `run` claims it first for
/// the calling thread, which gives it back when `run` returns.
@usableFromInline
package final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private enum Phase {
        /// No thread runs the loop.
        case idle
        /// A thread is the loop, or about to become it.
        case running
    }

    private let mailbox = Mailbox()

    // Guarded by the mailbox's lock.
    private var phase = Phase.idle
    private var isWakePending = false
    private var runs: [LoopRun] = []
    private var loop: UVLoop?

    package var isCurrent: Bool { LoopThread.isCurrent }

    /// The loop that runs now. Only the loop thread asks, so there is one.
    @EventLoop
    package var current: UVLoop {
        guard let loop else { preconditionFailure("the event loop is not running") }
        return loop
    }

    // MARK: Executor

    @usableFromInline
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent, let loop {
            EventLoop.enter((loop, job)) { $0.0.enqueue($0.1) }
        } else {
            mailbox.withLock {
                mailbox.append(job)
                wake()
            }
        }
    }

    @usableFromInline
    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    @usableFromInline
    package func checkIsolated() {
        precondition(isCurrent, "this runs on the event loop only")
    }

    /// Runs a job on the loop thread.
    func run(_ job: UnownedJob) {
        job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }

    // MARK: Records

    /// A writer for one record, to be handed to `post` or `discard`.
    package func takeScratch() -> Scratch { mailbox.takeScratch() }

    /// Appends the scratch's frame to the queue, behind all jobs and records enqueued before.
    ///
    /// - Returns: false when the queue is full; the record is dropped.
    package func post(_ scratch: Scratch, to target: MailboxTarget) -> Bool {
        mailbox.withLock {
            let isAccepted = mailbox.append(scratch.arguments.bytes.frameBytes(), for: target)
            mailbox.put(scratch)
            if isAccepted { wake() }
            return isAccepted
        }
    }

    package func discard(_ scratch: Scratch) {
        mailbox.withLock { mailbox.put(scratch) }
    }

    /// Takes and runs what other threads have posted. Called on the loop thread when it was woken.
    fileprivate func drain(_ loop: UVLoop) {
        let chunks = mailbox.withLock {
            isWakePending = false
            return mailbox.takeAll()
        }
        mailbox.deliver(chunks) { run($0) }
    }

    /// Makes sure that the loop will drain. Call it with the lock held.
    private func wake() {
        switch phase {
        case .idle:
            phase = .running
            startThread()
        case .running:
            guard !isWakePending, let loop else { return }
            isWakePending = true
            loop.wake()
        }
    }

    // MARK: Threads

    private func startThread() {
        var thread = pthread_t(bitPattern: 0)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // 8 MiB, as a main thread has: listeners are user code.
        pthread_attr_setstacksize(&attributes, 8 * 1024 * 1024)
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<LoopExecutor>.fromOpaque(context).takeUnretainedValue().becomeLoop()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        precondition(status == 0, "cannot start the event loop's thread: error \(status)")
        pthread_attr_destroy(&attributes)
    }

    /// Runs the loop on this thread until it is told to stop.
    private func becomeLoop() {
        loopThread.store(LoopThread.current, ordering: .relaxed)
        let loop = EventLoop.enter(self) { UVLoop(executor: $0) }
        mailbox.withLock {
            self.loop = loop
            // What was posted before there was anything to wake.
            isWakePending = true
            loop.wake()
        }
        EventLoop.enter(loop) { $0.runUntilStopped() }
        mailbox.withLock { self.loop = nil }
        let leftOver = EventLoop.enter(loop) { $0.close() }
        loopThread.store(0, ordering: .relaxed)
        mailbox.withLock {
            for job in leftOver { mailbox.append(job) }
            isWakePending = false
            phase = .idle
            if !mailbox.isEmpty { wake() }
        }
    }

    // MARK: Running and stopping

    package func run(_ body: @escaping @EventLoop () async throws -> Void) throws {
        guard !isCurrent else { throw EventLoopError.calledOnLoop }
        let run = LoopRun()
        let isClaimed = mailbox.withLock {
            runs.append(run)
            guard case .idle = phase else { return false }
            phase = .running
            run.ownsLoop = true
            return true
        }
        EventLoop.task {
            do {
                try await body()
                self.bodyEnded(run, error: nil)
            } catch {
                self.bodyEnded(run, error: error)
            }
        }
        if isClaimed { becomeLoop() } else { run.wait() }
        if let error = run.error { throw error }
    }

    package func stop() {
        finish(where: { _ in true })
    }

    @EventLoop
    private func bodyEnded(_ run: LoopRun, error: (any Error)?) {
        run.error = error
        run.isBodyEnded = true
        finishIfIdle()
    }

    /// Ends the runs whose body has ended if nothing keeps the loop alive. Called when an emitter closes.
    @EventLoop
    package func finishIfIdle() {
        guard current.isUnreferenced else { return }
        finish(where: \.isBodyEnded)
    }

    private func finish(where isDone: (LoopRun) -> Bool) {
        mailbox.withLock {
            for run in runs where isDone(run) {
                if run.ownsLoop { loop?.stop() } else { run.signal() }
            }
            runs.removeAll(where: isDone)
        }
    }
}

extension UVLoop {
    /// Called by libuv when another thread woke the loop.
    func drainMailbox() { executor.drain(self) }
}
