internal import HarkProtocol
internal import HarkUV

/// Events whose time is over before they could be sent.
extension NativeLink {
    /// 10 ms: what expires while it waits is looked for that often at most. Before a write it is looked for anyway.
    private static let expiryInterval: UInt64 = 10

    /// The timer has run.
    func expiryIsDue() {
        expire()
        if let next = outlet.nextExpiry {
            keptWatch.checkExpiry(at: max(next, environment.clock.now + Self.expiryInterval))
        } else if watch?.isIdle == true {
            watch = nil
        }
    }

    /// Drops what is not worth sending any more.
    func expire() {
        guard outlet.expire(at: environment.clock.now) else { return }
        // There may be room now. Not from within a write, which is not through with the queue.
        EventLoop.task { self.didWrite() }
    }
}
