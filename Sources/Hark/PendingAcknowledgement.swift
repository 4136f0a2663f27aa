/// An event that is acknowledged when its receiver says so, not when its listeners have returned.
///
/// Until then the sender keeps it, and sends it again should the connection or this process be lost; events that came
/// later wait with it. So many may be pending as the window holds (`Limits.windowByteCount`,
/// `Limits.windowEventCount`): then the sender waits.
@EventLoop
public final class PendingAcknowledgement {
    private let sequence: UInt64
    /// Nil for an event of this process, or when it is settled.
    private var link: NativeLink?
    /// Both sides count anew in another session.
    private let session: Int

    init(_ sequence: UInt64 = 0, of link: NativeLink? = nil) {
        self.sequence = sequence
        self.link = link
        session = link?.sessionCount ?? 0
    }

    /// The work is done. Calling it again does nothing.
    public func acknowledge() {
        guard let link else { return }
        self.link = nil
        if session == link.sessionCount { link.settle(sequence) }
    }

    /// The work has failed. The event counts as processed and is not sent again; its sender is told, if it waits.
    ///
    /// - Parameter error: its description is what the sender is told.
    public func fail(_ error: any Error) {
        if let link, session == link.sessionCount { link.settleBadly(sequence, error) }
        acknowledge()
    }

    /// One that is forgotten acknowledges: a sender must not wait for ever because of a mistake here.
    deinit {
        guard let link else { return }
        let (sequence, session) = (sequence, session)
        EventLoop.task { if session == link.sessionCount { link.settle(sequence) } }
    }
}
