internal import HarkUV

/// Tasks that wait for the same thing to happen, and go on at once when they are cancelled.
@EventLoop
final class WaitingTasks {
    private var waiting: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    private var nextNumber = 0

    /// Waits for `resumeAll`.
    ///
    /// - Throws: what `resumeAll` was given; `HarkError` with code `.cancelled` when the task is cancelled first.
    func wait() async throws {
        let number = nextNumber
        nextNumber += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // Cancelled before there was somebody to resume.
                guard !Task.isCancelled else { return continuation.resume(throwing: HarkError.cancelledWaiting) }
                waiting.append((number, continuation))
            }
        } onCancel: {
            EventLoop.task { self.cancel(number) }
        }
    }

    /// Waits for `resumeAll`, but not for longer than until `deadline`, in ms of `clock`.
    ///
    /// - Throws: as `wait()`, and `late`.
    func wait(until deadline: UInt64, of clock: any EventClock, orThrow late: HarkError) async throws {
        let number = nextNumber
        let timer = clock.timer { self.cancel(number, late) }
        timer.schedule(at: deadline)
        defer { timer.cancel() }
        try await wait()
    }

    /// It has happened, or never will.
    func resumeAll(throwing error: HarkError? = nil) {
        let resumed = waiting
        waiting = []
        for (_, continuation) in resumed {
            if let error { continuation.resume(throwing: error) } else { continuation.resume() }
        }
    }

    private func cancel(_ number: Int, _ error: HarkError = .cancelledWaiting) {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: error)
    }
}

extension HarkError {
    static var cancelledWaiting: HarkError { HarkError(.cancelled, "the task that waited was cancelled") }
}
