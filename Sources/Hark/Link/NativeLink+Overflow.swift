internal import HarkProtocol
internal import HarkUV

/// What becomes of a link, and of those who wait, when more waits than should.
extension NativeLink {
    /// Made when it is first needed.
    var keptWatch: QueueWatch {
        if let watch { return watch }
        let made = QueueWatch(self)
        watch = made
        return made
    }

    /// The queue is full, and the policy is to close.
    func isOverflowing() {
        guard isDataOpen, occasionsIfAny?.closing == nil else { return }
        let watch = keptWatch
        guard !watch.isEnding else { return }
        watch.isEnding = true
        // Not from within `emit`: its caller does not expect the connection to vanish meanwhile.
        EventLoop.task {
            watch.isEnding = false
            let limit = self.options.limits.queueByteCount
            guard self.queuedByteCount > limit else { return }
            self.disconnect("\(self.queuedByteCount) bytes wait to be sent, and the limit is \(limit)")
        }
    }

    /// Ends the connection, and says why.
    func disconnect(_ text: String) {
        guard isDataOpen, occasionsIfAny?.closing == nil else { return }
        machine.close(.limit, text: text, control: &control)
        owner?.linkDidOverflow(HarkError(.limit, text))
    }

    /// Tells those who wait for events that were removed.
    func failRemoved(_ ordinals: [UInt64], _ reason: DropReason?) {
        guard let occasions = occasionsIfAny, occasions.waiters.count > 0 else { return }
        let error =
            reason.map { HarkError(dropped: $0) }
            ?? HarkError(
                .timeout, "its time to live was over before it could be sent again; it may have arrived before")
        for ordinal in ordinals {
            // Not from within `emit`, which is not through with its event.
            if let waiter = occasions.waiters.take(ordinal) { EventLoop.task { waiter.settle(error) } }
        }
    }
}
