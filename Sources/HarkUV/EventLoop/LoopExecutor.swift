internal import CLibUV
internal import HarkWire

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
package final class LoopExecutor: SerialExecutor, @unchecked Sendable {
    private enum Phase {
        /// No thread runs the loop.
        case idle
        /// A thread is about to become the loop.
        case starting
        /// The loop takes what is posted, and may be woken.
        case open
        /// The loop ends. It must not be woken any more; what is posted waits for the next one.
        case ending
    }

    /// For tasks that are to stay on the loop.
    let preference = LoopTaskExecutor()

    private let mailbox = Mailbox()

    // Guarded by the mailbox's lock.
    private var phase = Phase.idle
    private var isWakePending = false
    private var runs: [LoopRun] = []
    /// Written by the loop thread alone, which therefore reads it without the lock.
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
        enqueue(LoopJob(job: UnownedJob(job), prefersLoop: false))
    }

    func enqueue(_ job: LoopJob) {
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
    func run(_ job: LoopJob) {
        if job.prefersLoop {
            job.job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: preference.asUnownedTaskExecutor())
        } else {
            job.job.runSynchronously(on: asUnownedSerialExecutor())
        }
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

    /// Takes and runs what other threads have posted, or stops the loop. Called on the loop thread when it was woken.
    fileprivate func drain(_ loop: UVLoop) {
        let chunks = mailbox.withLock { () -> ChunkQueue? in
            isWakePending = false
            guard case .open = phase else { return nil }
            return mailbox.takeAll()
        }
        guard let chunks else { return EventLoop.enter(loop) { $0.stop() } }
        mailbox.deliver(chunks) { run($0) }
    }

    /// Makes sure that the loop will drain. Call it with the lock held.
    private func wake() {
        switch phase {
        case .idle:
            phase = .starting
            startThread()
        case .starting, .ending:
            // Whoever starts next looks into the mailbox.
            return
        case .open:
            guard !isWakePending else { return }
            isWakePending = true
            loop?.wake()
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
                // Optional on some platforms only.
                guard let context = context as UnsafeMutableRawPointer? else { return nil }
                Unmanaged<LoopExecutor>.fromOpaque(context).takeUnretainedValue().becomeLoop()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        precondition(status == 0, "cannot start the event loop's thread: error \(status)")
        pthread_attr_destroy(&attributes)
    }

    /// Runs the loop on this thread until it is told to stop.
    private func becomeLoop() {
        LoopThread.become(loop: true)
        let loop = EventLoop.enter(self) { UVLoop(executor: $0) }
        mailbox.withLock {
            self.loop = loop
            // It is ending already if `stop` was called meanwhile.
            if case .starting = phase { phase = .open }
            // For what was posted before there was anything to wake.
            isWakePending = true
            loop.wake()
        }
        EventLoop.enter(loop) { $0.runUntilStopped() }
        let leftOver = EventLoop.enter(loop) { $0.close() }
        mailbox.withLock { self.loop = nil }
        LoopThread.become(loop: false)
        mailbox.withLock {
            for job in leftOver { mailbox.append(job) }
            isWakePending = false
            phase = .idle
            // A task that is not finished goes on, on a loop with a thread of its own.
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
            phase = .starting
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
        mailbox.withLock {
            for run in runs {
                guard run.ownsLoop else {
                    run.signal()
                    continue
                }
                if case .open = phase { loop?.wake() }
                phase = .ending
            }
            runs.removeAll()
        }
    }

    @EventLoop
    private func bodyEnded(_ run: LoopRun, error: (any Error)?) {
        mailbox.withLock {
            // After `stop` the caller of `run` has gone on, or is about to.
            guard runs.contains(where: { $0 === run }) else { return }
            run.error = error
            run.isBodyEnded = true
            current.hasEndedBodies = true
            // What a body that failed has opened nobody will close: its caller hears of the error at once.
            if error != nil { end(run) }
        }
    }

    /// Ends one run whatever is still open, unless others need its thread. Call it with the lock held.
    private func end(_ run: LoopRun) {
        guard run.ownsLoop else {
            run.signal()
            runs.removeAll { $0 === run }
            return
        }
        guard runs.count == 1 else { return }
        runs.removeAll()
        phase = .ending
        loop?.wake()
    }

    /// Ends the runs whose body has ended. Called at the end of a turn in which nothing keeps them any more.
    ///
    /// The run whose thread is the loop stays until all the others have ended: they need the loop.
    ///
    /// - Returns: whether some of them have to stay.
    func endIdleRuns() -> Bool {
        mailbox.withLock {
            for run in runs where run.isBodyEnded && !run.ownsLoop { run.signal() }
            runs.removeAll { $0.isBodyEnded && !$0.ownsLoop }
            guard let owner = runs.first(where: \.isBodyEnded) else { return false }
            assert(owner.ownsLoop)
            guard runs.count == 1 else { return true }
            end(owner)
            return false
        }
    }
}

extension UVLoop {
    /// Called by libuv when another thread woke the loop.
    func drainMailbox() { executor.drain(self) }
}
