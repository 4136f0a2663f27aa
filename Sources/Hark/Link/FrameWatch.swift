internal import HarkProtocol
internal import HarkUV

/// Gives a connection up on which a frame has begun and does not end.
///
/// Apart from who receives, because connections whose frames arrive whole need none. A busy connection begins a frame
/// with every other read: that moves a deadline here and costs no timer.
@EventLoop
final class FrameWatch {
    private unowned let receiver: any FrameReceiver
    private let clock: any EventClock
    private let allowance: UInt64
    private var frame: FrameClock?
    /// What the timer is set to.
    private var armed: Instant?
    // Unowned, as the other timers of a link: `stop` cancels it.
    private lazy var timer = clock.timer { [unowned self] in check() }

    init(_ receiver: any FrameReceiver, _ clock: any EventClock, allowance: UInt64) {
        self.receiver = receiver
        self.clock = clock
        self.allowance = allowance
    }

    /// The first part of a frame is here.
    func began() {
        let frame = FrameClock(Instant(milliseconds: clock.turn), allowance: allowance)
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
        guard receiver.isMidFrame, var frame else { return }
        let now = Instant(milliseconds: clock.now)
        guard !frame.advance(to: now, byteCount: receiver.partByteCount) else { return receiver.frameIsLate() }
        self.frame = frame
        arm(frame)
    }
}

/// Who puts frames together that arrive in parts.
@EventLoop
protocol FrameReceiver: AnyObject {
    /// Whether a frame has arrived in part.
    var isMidFrame: Bool { get }

    /// How many bytes of it are here.
    var partByteCount: Int { get }

    /// The rest has not followed in time.
    func frameIsLate()
}
