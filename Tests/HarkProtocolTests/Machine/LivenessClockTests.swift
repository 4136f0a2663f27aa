import HarkProtocol
import Testing

@Suite struct LivenessClockTests {
    private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test func `without a connection there is nothing to wait for`() {
        var clock = LivenessClock()
        #expect(clock.deadline == nil)
        #expect(clock.advance(to: at(1_000_000)) == nil)
    }

    @Test func `a handshake that takes too long is given up once`() {
        var clock = LivenessClock()
        clock.opened(at(1_000))
        #expect(clock.deadline == at(6_000))
        #expect(clock.advance(to: at(5_999)) == nil)
        #expect(clock.advance(to: at(6_000)) == .handshakeTimedOut)
        #expect(clock.deadline == nil)
        #expect(clock.advance(to: at(60_000)) == nil)
    }

    @Test func `bytes that trickle in do not extend the handshake`() {
        var clock = LivenessClock()
        clock.opened(at(0), handshakeWithin: 500)
        for moment in 0..<500 { clock.heard(at(UInt64(moment))) }
        #expect(clock.advance(to: at(500)) == .handshakeTimedOut)
    }

    @Test func `silence is asked about twice and then is death`() {
        var clock = LivenessClock()
        clock.established(at(0), heartbeat: 5_000)
        #expect(clock.advance(to: at(4_999)) == nil)
        #expect(clock.advance(to: at(5_000)) == .sendPing)
        #expect(clock.advance(to: at(10_000)) == .sendPing)
        #expect(clock.advance(to: at(15_000)) == .dead)
        #expect(clock.deadline == nil)
    }

    @Test func `whatever is heard takes the place of a pong`() {
        var clock = LivenessClock()
        clock.established(at(0), heartbeat: 5_000)
        clock.heard(at(4_000))
        #expect(clock.deadline == at(5_000))
        #expect(clock.advance(to: at(5_000)) == nil)
        #expect(clock.deadline == at(9_000))
        #expect(clock.advance(to: at(9_000)) == .sendPing)
        clock.heard(at(9_050))
        #expect(clock.advance(to: at(14_000)) == nil)
        #expect(clock.advance(to: at(14_050)) == .sendPing)
        #expect(clock.advance(to: at(19_050)) == .sendPing)
        #expect(clock.advance(to: at(24_050)) == .dead)
    }

    @Test func `a process that slept for a minute asks before it declares anybody dead`() {
        var clock = LivenessClock()
        clock.established(at(0), heartbeat: 5_000)
        #expect(clock.advance(to: at(60_000)) == .sendPing)
        #expect(clock.advance(to: at(60_001)) == nil)
        clock.heard(at(60_002))
        #expect(clock.advance(to: at(65_000)) == nil)
        #expect(clock.deadline == at(65_002))
    }

    @Test func `a process that slept through a handshake reads before it gives up`() {
        var clock = LivenessClock()
        clock.opened(at(0))
        #expect(clock.advance(to: at(30_000)) == nil)
        #expect(clock.deadline == at(31_000))
        #expect(clock.advance(to: at(31_000)) == .handshakeTimedOut)
    }

    @Test(arguments: [(1, 100), (100, 100), (250, 250), (.max, 86_400_000)] as [(Int, UInt64)])
    func `no interval is shorter or longer than is sensible`(heartbeat: Int, interval: UInt64) {
        var clock = LivenessClock()
        clock.established(at(7), heartbeat: heartbeat)
        #expect(clock.deadline == at(7) + interval)
    }

    @Test func `no interval is no heartbeat`() {
        var clock = LivenessClock()
        clock.opened(at(0))
        clock.established(at(1), heartbeat: 0)
        #expect(clock.deadline == nil)
        #expect(clock.advance(to: at(1_000_000)) == nil)
    }
}
