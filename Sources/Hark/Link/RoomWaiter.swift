internal import HarkUV

/// Somebody who waits for room in a queue.
@EventLoop
final class RoomWaiter {
    private var continuation: CheckedContinuation<Void, any Error>?
    private var timer: (any EventTimer)?

    /// - Parameters:
    ///   - deadline: until when it waits, in ms.
    ///   - error: what it is told then.
    func wait(
        _ continuation: CheckedContinuation<Void, any Error>, until deadline: UInt64, _ clock: any EventClock,
        _ error: HarkError
    ) {
        self.continuation = continuation
        // Strong: the timer is let go of when the waiting ends.
        timer = clock.timer { self.finish(error) }
        timer?.schedule(at: deadline)
    }

    /// Whether it still waits.
    var isWaiting: Bool { continuation != nil }

    /// - Parameter error: nil when there is room.
    func finish(_ error: HarkError?) {
        timer?.cancel()
        timer = nil
        if let error { continuation?.resume(throwing: error) } else { continuation?.resume() }
        continuation = nil
    }
}

/// Waiting for room, first come, first served.
extension NativeLink {
    /// While more waits than the high-water mark, waits until no more does than the low-water mark. Whoever has waited
    /// emits then and calls `tookRoom`, for the next to go.
    ///
    /// - Returns: whether there was none at first.
    func waitForRoom(within deadline: Duration) async throws -> Bool {
        guard isRoomTaken else { return false }
        let end = environment.clock.now + deadline.milliseconds
        var isNext = false
        repeat {
            // Between being let in and going on, somebody has filled the queue who does not wait.
            if isNext { watch?.isAdmitting = false }
            if let gaveUp { throw gaveUp }
            outlet.noteCongestion()
            let text = "the queue of \(queuedByteCount) bytes had no room within \(deadline); the event was not sent"
            try await wait(isNext: isNext, until: end, HarkError(.timeout, text))
            isNext = true
        } while !outlet.isClosed && !hasRoom
        return true
    }

    private func wait(isNext: Bool, until end: UInt64, _ error: HarkError) async throws {
        let waiter = RoomWaiter()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                keptWatch.add(waiter, isNext: isNext)
                waiter.wait(continuation, until: end, environment.clock, error)
            }
        } onCancel: {
            EventLoop.task { waiter.finish(HarkError(.cancelled, "the task that waited was cancelled")) }
        }
    }

    private var isRoomTaken: Bool {
        guard !outlet.isClosed else { return false }
        if let watch, watch.isAdmitting || watch.hasArrivals { return true }
        return !hasRoom
    }

    private var hasRoom: Bool {
        outlet.isWritable || !outlet.isPaused && queuedByteCount <= options.limits.highWaterByteCount
    }

    /// Whoever was let in has emitted.
    func tookRoom() {
        watch?.isAdmitting = false
        admitNext()
        if watch?.isIdle == true { watch = nil }
    }

    /// Lets the first of those in who wait for room.
    func admitNext() {
        guard let watch, !watch.isAdmitting, watch.hasArrivals else { return }
        guard hasRoom else { return outlet.noteCongestion() }
        watch.isAdmitting = true
        watch.takeFirstArrival()?.finish(nil)
    }

    /// There will be no room any more.
    func turnAwayArrivals(_ error: HarkError) {
        guard let watch else { return }
        for waiter in watch.takeArrivals() { waiter.finish(error) }
        guard outlet.isClosed else { return }
        watch.stop()
        self.watch = nil
    }
}
