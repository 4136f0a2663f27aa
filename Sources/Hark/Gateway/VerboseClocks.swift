internal import HarkUV

/// What a connection of the verbose dialect waits for.
@EventLoop
final class VerboseClocks {
    /// 200 ms: how long this side lets the other one speak first. An original speaks as soon as it is connected, so
    /// that is a round trip within a continent, and nobody notices it.
    private static let holdDuration: UInt64 = 200

    private unowned let gateway: VerboseGateway
    private let clock: any EventClock
    private var interval: UInt64 = 0
    private var allowance: UInt64 = 0
    private var lastHeard: UInt64 = 0
    // Unowned, as the other timers of a connection: `stop` cancels them.
    private lazy var holdTimer = clock.timer { [unowned self] in gateway.holdIsOver() }
    private lazy var watchTimer = clock.timer { [unowned self] in watchIsOver() }
    private lazy var acknowledgeTimer = clock.timer { [unowned self] in acknowledge() }

    init(_ gateway: VerboseGateway, _ clock: any EventClock) {
        self.gateway = gateway
        self.clock = clock
    }

    /// The other side may speak first.
    func hold() { holdTimer.schedule(at: clock.now + Self.holdDuration) }

    /// What is waited for has to come within `duration`.
    func watch(for duration: Duration) {
        lastHeard = clock.now
        allowance = duration.milliseconds
        watchTimer.schedule(at: lastHeard + allowance)
    }

    /// Something was heard. Only notes the time; the timer looks at it when its deadline has come.
    func heard() { lastHeard = clock.turn }

    private func watchIsOver() {
        let deadline = lastHeard + allowance
        if clock.now < deadline, gateway.isInitialized {
            watchTimer.schedule(at: deadline)
        } else {
            gateway.timeIsOver()
        }
    }

    /// Acknowledges from now on.
    func acknowledge(every interval: Duration) {
        self.interval = max(interval.milliseconds, 1)
        acknowledgeTimer.schedule(at: clock.now + self.interval)
    }

    private func acknowledge() {
        acknowledgeTimer.schedule(at: clock.now + interval)
        gateway.acknowledge()
    }

    /// There is no connection any more.
    func stop() {
        holdTimer.cancel()
        watchTimer.cancel()
        acknowledgeTimer.cancel()
    }
}
