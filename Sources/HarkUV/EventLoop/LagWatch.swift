internal import CLibUV

/// Notices turns of the loop that take too long: while one listener works, all others wait.
@EventLoop
struct LagWatch {
    private let threshold: UInt64
    private let report: @EventLoop (Duration) -> Void

    /// - Parameter threshold: in ms.
    init(_ threshold: UInt64, _ report: @escaping @EventLoop (Duration) -> Void) {
        self.threshold = threshold
        self.report = report
    }

    /// What was due is done, since `start`, in ms of the loop's clock.
    func done(since start: UInt64) {
        let now = TimerHeap.now
        if now >= start + threshold { report(.milliseconds(now - start)) }
    }
}

extension EventLoop {
    /// Calls `body` whenever the loop was busy for `threshold` or longer without looking at its sockets, with the time
    /// that it took: everybody else had to wait for so long. Without a call nothing is measured; a second call replaces
    /// the first.
    ///
    /// ```swift
    /// EventLoop.onLag(.milliseconds(100)) { lag in logger.warning("a listener has blocked the loop for \(lag)") }
    /// ```
    /// - Parameters:
    ///   - threshold: 1 ms at least.
    ///   - body: runs on the loop. Nil stops measuring.
    @EventLoop
    public static func onLag(_ threshold: Duration, _ body: (@EventLoop (Duration) -> Void)?) {
        let (seconds, attoseconds) = threshold.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
        let whole = milliseconds.overflow ? UInt64.max : UInt64(max(0, milliseconds.partialValue))
        let rest = UInt64(max(0, attoseconds) / 1_000_000_000_000_000)
        current.lagWatch = body.map { LagWatch(max(1, whole &+ rest), $0) }
    }
}
