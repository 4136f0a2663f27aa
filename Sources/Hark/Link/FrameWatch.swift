internal import HarkProtocol
internal import HarkUV

/// Gives a connection up on which a frame has begun and does not end.
///
/// Apart from the link, because connections whose frames arrive whole need none. A busy connection begins a frame with
/// every other read: that moves a deadline here and costs no timer.
@EventLoop
final class FrameWatch {
    private unowned let link: NativeLink
    private let allowance: UInt64
    private var frame: FrameClock?
    /// What the timer is set to.
    private var armed: Instant?
    // Unowned, as the other timers of a link: `stop` cancels it.
    private lazy var timer = link.environment.clock.timer { [unowned self] in check() }

    init(_ link: NativeLink, allowance: UInt64) {
        self.link = link
        self.allowance = allowance
    }

    /// The first part of a frame is here.
    func began() {
        let frame = FrameClock(Instant(milliseconds: link.environment.clock.turn), allowance: allowance)
        self.frame = frame
        if armed.map({ $0 > frame.deadline }) ?? true { arm(frame) }
    }

    /// There is no connection any more.
    func stop() {
        guard armed != nil else { return }
        armed = nil
        timer.cancel()
    }

    private func arm(_ frame: FrameClock) {
        armed = frame.deadline
        timer.schedule(at: frame.deadline.milliseconds)
    }

    private func check() {
        armed = nil
        guard link.isMidFrame, var frame else { return }
        guard !frame.advance(to: link.now, byteCount: link.partByteCount) else { return link.frameIsLate() }
        self.frame = frame
        arm(frame)
    }
}
