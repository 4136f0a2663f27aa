internal import HarkUV

/// A connection over which too much waits for too long.
extension NativeLink {
    /// More than the high-water mark waits, or a connection begins like that: from now on it is slow to take it.
    func congestionBegan() {
        let patience = options.timing.slowConsumer.milliseconds
        guard isDataOpen, outlet.isCongested, patience > 0 else { return }
        let watch = keptWatch
        let now = environment.clock.now
        watch.congestedSince = now
        watch.checkSlowness(at: now + patience)
    }

    /// The queue has fallen to the low-water mark, or the connection has ended.
    func congestionEnded() {
        outlet.isPaused = false
        guard let watch else { return }
        watch.recovered()
        if watch.isIdle { self.watch = nil }
    }

    /// The time is over that the other side had to take what waits.
    func isStillCongested() {
        guard isDataOpen, outlet.isCongested, occasionsIfAny?.closing == nil, let since = watch?.congestedSince else {
            return
        }
        // It is getting less, but not little enough to be over.
        guard queuedByteCount > options.limits.highWaterByteCount else { return congestionBegan() }
        let policy = options.limits.slowConsumer
        let consumer = SlowConsumer(
            peer: peer?.id, queuedByteCount: queuedByteCount, queuedEventCount: outlet.unsentEventCount,
            duration: .milliseconds(environment.clock.now - since), policy: policy)
        outlet.isPaused = policy == .pause
        owner?.linkIsSlow(consumer)
        guard policy == .disconnect else { return }
        disconnect("\(consumer.queuedByteCount) bytes wait, and too many have for \(consumer.duration)")
    }
}
