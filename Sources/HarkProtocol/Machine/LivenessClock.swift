/// Tells when a handshake takes too long, when to ask for a sign of life and when the other side is gone.
///
/// Silence is counted in wake-ups, not in time: each call of `advance` counts at most one interval as missed. A process
/// that was paused for a minute has missed one, asks, and reads what has arrived meanwhile before it counts another.
package struct LivenessClock: Sendable {
    package enum Action: Equatable, Sendable {
        /// Nothing was heard for an interval: send a ping.
        case sendPing
        /// Nothing was heard for `missesMax` intervals.
        case dead
        case handshakeTimedOut
    }

    /// 5 000 ms: a handshake is one round trip and what the application does to check credentials.
    package static let handshakeDefault = 5_000
    /// 5 000 ms: some routers forget a connection after half a minute without traffic.
    package static let heartbeatDefault = 5_000
    /// 100 ms: the other side must not make this one ping for a living.
    package static let heartbeatMin = 100
    /// A day, in ms. Whoever wants more wants none, which is 0.
    package static let heartbeatMax = 86_400_000
    /// 3 intervals of silence: one lost packet is sent again by the system well within them.
    package static let missesMax = 3
    /// 1 000 ms: who calls later than that was not able to read meanwhile, and gets as long to do so.
    package static let lateMin = 1_000

    private enum Phase {
        case stopped, handshake, open
    }

    // Few bytes: every connection has a clock.
    private var phase = Phase.stopped
    private var missed: UInt8 = 0
    /// Milliseconds of silence before the other side is asked; 0 when it is not.
    package private(set) var interval: UInt32 = 0
    private var heard = Instant.zero
    private var due = Self.never

    private static let never = Instant(milliseconds: .max)

    /// When `advance` wants to be called; nil means never. It moves with `advance` only: hearing costs no timer.
    package var deadline: Instant? { due == Self.never ? nil : due }

    package init() {}

    /// A connection was made, and its handshake begins.
    ///
    /// - Parameter milliseconds: how long it may take.
    package mutating func opened(_ now: Instant, handshakeWithin milliseconds: Int = handshakeDefault) {
        phase = .handshake
        due = now + UInt64(max(milliseconds, 0))
    }

    /// The handshake is complete.
    ///
    /// - Parameter heartbeat: milliseconds, as agreed; 0 for none.
    package mutating func established(_ now: Instant, heartbeat: Int) {
        interval = 0
        guard heartbeat > 0 else { return stopped() }
        interval = UInt32(min(max(heartbeat, Self.heartbeatMin), Self.heartbeatMax))
        phase = .open
        missed = 0
        heard = now
        due = now + UInt64(interval)
    }

    /// Bytes have arrived, whatever they are.
    package mutating func heard(_ now: Instant) {
        heard = now
        missed = 0
    }

    /// There is no connection any more.
    package mutating func stopped() {
        phase = .stopped
        due = Self.never
    }

    /// Time has passed. Safe to call at any moment, also before the deadline.
    package mutating func advance(to now: Instant) -> Action? {
        guard let deadline, now >= deadline else { return nil }
        switch phase {
        case .stopped:
            return nil
        case .handshake:
            if now.milliseconds(since: deadline) >= UInt64(Self.lateMin) {
                due = now + UInt64(Self.lateMin)
                return nil
            }
            stopped()
            return .handshakeTimedOut
        case .open:
            let expected = heard + UInt64(interval)
            if missed == 0, now < expected {
                due = expected
                return nil
            }
            guard missed + 1 < Self.missesMax else {
                stopped()
                return .dead
            }
            missed += 1
            due = now + UInt64(interval)
            return .sendPing
        }
    }
}
