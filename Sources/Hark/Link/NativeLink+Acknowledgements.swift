internal import HarkProtocol
internal import HarkUV

/// Somebody who waits for the acknowledgement of an event.
@EventLoop
final class AcknowledgementWaiter {
    let finish: @EventLoop (HarkError?) -> Void
    var timer: (any EventTimer)?

    init(_ finish: @escaping @EventLoop (HarkError?) -> Void) { self.finish = finish }

    func settle(_ error: HarkError?) {
        timer?.cancel()
        timer = nil
        finish(error)
    }
}

/// Waiting for acknowledgements, and telling of events that ended badly.
extension NativeLink {
    /// Waits for the event emitted last.
    func awaitAcknowledgement(within deadline: Duration, _ finish: @escaping @EventLoop (HarkError?) -> Void) {
        let ordinal = outlet.lastOrdinal
        let waiter = AcknowledgementWaiter(finish)
        occasions.waiters.add(waiter, for: ordinal)
        // Strong: the timer is let go of when the waiting ends.
        waiter.timer = environment.clock.timer {
            let text = "no acknowledgement within \(deadline); the event may still arrive"
            self.occasions.waiters.take(ordinal)?.settle(HarkError(.timeout, text))
        }
        waiter.timer?.schedule(at: environment.clock.now + deadline.milliseconds)
        outlet.requestFlush()
    }

    /// Waits until everything emitted so far is acknowledged, over as many connections as that takes.
    func acknowledged() async throws {
        let last = outlet.lastOrdinal
        var isAsked = false
        while true {
            guard !outlet.isClosed else { throw HarkError(.closed, "the emitter is closed") }
            let mark = outlet.acknowledgedMark
            guard mark < outlet.mark, outlet.ordinal(of: mark) < last else { return }
            if let gaveUp { throw gaveUp }
            if !isAsked { outlet.requestFlush() }
            isAsked = true
            let waiters = occasions.settlingWaiters ?? WaitingTasks()
            occasions.settlingWaiters = waiters
            try await waiters.wait()
        }
    }

    /// Tells those who wait for what is acknowledged now.
    func settleAcknowledged() {
        occasionsIfAny?.settlingWaiters?.resumeAll()
        while let waiter = takeSettledWaiter() { waiter.settle(nil) }
    }

    private func takeSettledWaiter() -> AcknowledgementWaiter? {
        guard let occasions = occasionsIfAny, occasions.waiters.count > 0 else { return nil }
        return occasions.waiters.takeFirst(upTo: outlet.ordinal(of: outlet.acknowledgedMark))
    }

    /// The gateway ends with the connection, and has not told yet that `count` events of the session are done.
    func acknowledge(upTo count: UInt64) {
        let known = outlet.outgoing.acknowledgedCount
        guard isDataOpen, count > known else { return }
        // It cannot be too many: the gateway has them from here.
        try? outlet.acknowledge(count - known)
        var waiters: [AcknowledgementWaiter] = []
        while let waiter = takeSettledWaiter() { waiters.append(waiter) }
        // Not in the middle of the end.
        if !waiters.isEmpty { EventLoop.task { for waiter in waiters { waiter.settle(nil) } } }
    }

    /// The other side tells how one event ended, before it acknowledges it.
    func settled(_ sequence: UInt64, _ code: UInt64, _ text: String) throws(NativeViolation) {
        let ordinal = outlet.ordinal(of: try outlet.mark(of: sequence))
        guard code != NativeOutcome.ok.rawValue else { return occasions.waiters.take(ordinal)?.settle(nil) ?? () }
        let error = code == NativeOutcome.threw.rawValue ? HarkError(.listener, text) : Self.requestError(code, text)
        occasions.waiters.take(ordinal)?.settle(error)
    }

    /// The other side, as it turns out, does not tell what it has processed.
    func refuseAcknowledgements() {
        guard let occasions = occasionsIfAny, occasions.waiters.count > 0 else { return }
        let error = HarkError(unsupported: "acknowledgements with this other side", self)
        var waiters: [AcknowledgementWaiter] = []
        while let waiter = occasions.waiters.takeFirst(upTo: .max) { waiters.append(waiter) }
        // Not from within a write.
        EventLoop.task { for waiter in waiters { waiter.settle(error) } }
    }

    /// Nothing will be acknowledged any more.
    func failAcknowledgements(_ error: HarkError) {
        while let waiter = occasionsIfAny?.waiters.takeFirst(upTo: .max) { waiter.settle(error) }
        turnAwayArrivals(error)
    }

    /// A listener of the event with this number threw. Its sender may want to know.
    func settleBadly(_ sequence: UInt64, _ error: any Error) {
        // Who does not read gets the bare fact.
        let text = control.byteCount < NativeLimits.controlByteCountMax ? "\(error)" : ""
        machine.settle(sequence, .threw, text: text, into: &control)
        if connection != nil { setDirty() }
    }
}
