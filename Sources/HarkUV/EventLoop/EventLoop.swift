/// The one loop thread of the process, as a global actor.
///
/// What is marked `@EventLoop` runs on the libuv thread and nowhere else; the compiler checks it. The loop starts on
/// first use on a thread of its own, or on the thread that calls `run(_:)`. Listeners are `@EventLoop` closures: they
/// may capture and change plain state and call other emitters without a lock or an `await`.
@globalActor
public final actor EventLoop {
    /// The actor instance behind the attribute.
    public static let shared = EventLoop()

    @usableFromInline package static let executor = LoopExecutor()

    private init() {}

    /// The executor whose thread is the loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        Self.executor.asUnownedSerialExecutor()
    }

    /// Whether the caller stands on the loop thread.
    @inlinable
    public nonisolated static var isCurrent: Bool { LoopThread.isCurrent }

    /// Runs `body` on the loop and blocks the calling thread until it has ended and no emitter is open any more, or
    /// until `stop()`.
    ///
    /// The calling thread becomes the loop if the loop has not started yet; otherwise it waits for the loop.
    ///
    /// - Throws: what `body` throws, at once, whatever is still open; `EventLoopError.calledOnLoop` when called on the
    ///   loop itself, where waiting would never end.
    public nonisolated static func run(_ body: @escaping @EventLoop () async throws -> Void) throws {
        try executor.run(body)
    }

    /// Ends every `run(_:)` in progress, whatever is still open. Works from any thread.
    public nonisolated static func stop() { executor.stop() }

    /// Enters the loop's isolation from code that already runs on its thread, such as a libuv callback.
    ///
    /// `body` must not capture anything: then it is a plain function, and entering costs one comparison of thread ids.
    @inlinable
    package nonisolated static func enter<Argument, Result>(
        _ argument: Argument, _ body: @escaping @EventLoop (Argument) -> Result
    ) -> Result {
        precondition(LoopThread.isCurrent, "entered the event loop's isolation from another thread")
        return unsafeBitCast(body, to: ((Argument) -> Result).self)(argument)
    }

    /// As `enter`, for a caller that has looked at `isCurrent` a moment ago.
    @inlinable
    package nonisolated static func enterVerified<Argument, Result>(
        _ argument: Argument, _ body: @escaping @EventLoop (Argument) -> Result
    ) -> Result {
        assert(LoopThread.isCurrent, "entered the event loop's isolation from another thread")
        return unsafeBitCast(body, to: ((Argument) -> Result).self)(argument)
    }

    /// As `enterVerified`, with an object that nobody counts meanwhile: `bound` keeps it.
    @inlinable @inline(__always)
    package nonisolated static func enterVerified<Object: AnyObject, Argument, Result>(
        _ bound: LoopBound<Object>, with argument: Argument,
        _ body: @escaping @EventLoop (Object, Argument) -> Result
    ) -> Result {
        let body = unsafeBitCast(body, to: ((Object, Argument) -> Result).self)
        return bound.onLoop { body($0, argument) }
    }

    /// The loop that runs now.
    @EventLoop package static var current: UVLoop { executor.current }

    /// Keeps `object` until `release` is called; and `run(_:)` from returning, if it is referenced.
    @EventLoop
    package static func retain(_ object: AnyObject, isReferenced: Bool = true) {
        current.retain(object, isReferenced: isReferenced)
    }

    @EventLoop
    package static func release(_ object: AnyObject) { current.release(object) }

    /// Starts a task on the loop that never leaves its thread. `Task { @EventLoop in … }` is correct too, but takes a
    /// detour over another thread whenever something it waits for has happened.
    @discardableResult
    package nonisolated static func task(_ body: @escaping @EventLoop () async -> Void) -> Task<Void, Never> {
        // Begun outside of the isolation, through the door that knows of the preference.
        Task(executorPreference: executor.preference) { await body() }
    }

    // MARK: Records

    /// A writer for one record, to be handed to `post` or `discard`. Any thread.
    @usableFromInline
    package nonisolated static func takeScratch() -> Scratch { executor.takeScratch() }

    /// Appends the scratch's frame to the queue, behind all jobs and records enqueued before. Any thread.
    ///
    /// - Returns: false when the queue is full; the record is dropped.
    @usableFromInline
    package nonisolated static func post(_ scratch: Scratch, to target: MailboxTarget) -> Bool {
        executor.post(scratch, to: target)
    }

    /// Gives a scratch back unused.
    @usableFromInline
    package nonisolated static func discard(_ scratch: Scratch) { executor.discard(scratch) }
}

/// Why `EventLoop.run` refused.
public enum EventLoopError: Error, CustomStringConvertible {
    /// `run` was called on the loop thread, which it would wait for.
    case calledOnLoop

    /// What went wrong and what to do instead.
    public var description: String {
        switch self {
        case .calledOnLoop: "EventLoop.run was called on the loop thread; await the work there instead"
        }
    }
}
