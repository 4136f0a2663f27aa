import HarkProtocol
import Testing

@Suite struct ReconnectorTests {
    /// Each wait is its bound.
    private struct Largest: RandomNumberGenerator {
        mutating func next() -> UInt64 { .max }
    }

    private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

    private enum Start: CaseIterable { case idle, dialing, connected, waiting, stopped }
    private enum Input: CaseIterable { case start, connected, lost, early, late, stop }

    private func reconnector(_ start: Start) -> Reconnector {
        var reconnector = Reconnector()
        var largest = Largest()
        if start != .idle { _ = reconnector.start(at(0)) }
        switch start {
        case .idle, .dialing: break
        case .connected: _ = reconnector.connected(at(0))
        case .waiting: _ = reconnector.lost(at(0), using: &largest)
        case .stopped: _ = reconnector.stop()
        }
        return reconnector
    }

    /// What each input does in each state, and the state after it.
    private func expectation(_ start: Start, _ input: Input) -> (String, Reconnector.State) {
        let state = reconnector(start).state
        switch (start, input) {
        case (.idle, .start), (.stopped, .start): return ("dial", .dialing(attempt: 1))
        case (.dialing, .start), (.connected, .start), (.waiting, .start): return ("nothing", state)
        case (.dialing, .connected): return ("use", .connected(since: at(50)))
        case (.idle, .connected), (.connected, .connected), (.waiting, .connected), (.stopped, .connected):
            return ("close", state)
        case (.dialing, .lost), (.connected, .lost): return ("wait 150", .waiting(attempt: 2, until: at(150)))
        case (.idle, .lost), (.waiting, .lost), (.stopped, .lost): return ("nothing", state)
        case (.waiting, .late): return ("dial", .dialing(attempt: 2))
        case (_, .early), (.idle, .late), (.dialing, .late), (.connected, .late), (.stopped, .late):
            return ("nothing", state)
        case (.dialing, .stop): return ("cancelDial", .stopped)
        case (.connected, .stop): return ("close", .stopped)
        case (.idle, .stop), (.waiting, .stop), (.stopped, .stop): return ("nothing", .stopped)
        }
    }

    @Test func `each input does in each state what is expected`() {
        for start in Start.allCases {
            for input in Input.allCases {
                var reconnector = reconnector(start)
                var largest = Largest()
                let found =
                    switch input {
                    case .start: "\(reconnector.start(at(50)))"
                    case .connected: "\(reconnector.connected(at(50)))"
                    case .lost: Self.text(reconnector.lost(at(50), using: &largest))
                    case .early: "\(reconnector.advance(to: at(99)))"
                    case .late: "\(reconnector.advance(to: at(90_000)))"
                    case .stop: "\(reconnector.stop())"
                    }
                let (action, state) = expectation(start, input)
                #expect(found == action, "\(input) while \(start)")
                #expect(reconnector.state == state, "\(input) while \(start)")
            }
        }
    }

    private static func text(_ action: Reconnector.LostAction) -> String {
        switch action {
        case .wait(let until): "wait \(until.milliseconds)"
        case .giveUp: "giveUp"
        case .nothing: "nothing"
        }
    }

    @Test func `the deadline is that of the wait`() {
        for start in Start.allCases {
            #expect(reconnector(start).deadline == (start == .waiting ? at(100) : nil))
        }
    }

    @Test func `a connection that breaks at once counts as a failure`() {
        var reconnector = reconnector(.connected)
        var largest = Largest()
        var now = at(9_999)
        for wait in [100, 200, 400, 800] as [UInt64] {
            #expect(reconnector.lost(now, using: &largest) == .wait(until: now + wait))
            now = now + wait
            #expect(reconnector.advance(to: now) == .dial)
            #expect(reconnector.connected(now) == .use)
            now = now + 9_999
        }
    }

    @Test func `after a stable connection the next failure is a first one`() {
        var reconnector = Reconnector(policy: .init(attemptsMax: 3))
        var largest = Largest()
        _ = reconnector.start(at(0))
        _ = reconnector.lost(at(0), using: &largest)
        _ = reconnector.advance(to: at(100))
        _ = reconnector.lost(at(100), using: &largest)
        _ = reconnector.advance(to: at(300))
        _ = reconnector.connected(at(300))
        #expect(reconnector.lost(at(10_300), using: &largest) == .wait(until: at(10_400)))
        #expect(reconnector.state == .waiting(attempt: 1, until: at(10_400)))
    }

    @Test func `one delay counts until the first connection, the other from then on`() {
        var reconnector = Reconnector(retry: Backoff(first: 1_000), reconnect: Backoff(first: 10))
        var largest = Largest()
        _ = reconnector.start(at(0))
        #expect(reconnector.lost(at(0), using: &largest) == .wait(until: at(1_000)))
        _ = reconnector.advance(to: at(1_000))
        #expect(reconnector.lost(at(1_000), using: &largest) == .wait(until: at(3_000)))
        _ = reconnector.advance(to: at(3_000))
        _ = reconnector.connected(at(3_000))
        #expect(reconnector.lost(at(3_000), using: &largest) == .wait(until: at(3_010)))
        _ = reconnector.advance(to: at(3_010))
        #expect(reconnector.lost(at(3_010), using: &largest) == .wait(until: at(3_030)))
        _ = reconnector.stop()
        _ = reconnector.start(at(4_000))
        #expect(reconnector.lost(at(4_000), using: &largest) == .wait(until: at(4_010)))
    }

    @Test func `the server's wish is respected, with chance on top, for an hour at most`() {
        var largest = Largest()
        var patient = reconnector(.dialing)
        #expect(patient.lost(at(0), retryAfter: 7_000, using: &largest) == .wait(until: at(14_000)))
        var sentAway = reconnector(.dialing)
        #expect(sentAway.lost(at(0), retryAfter: .max, using: &largest) == .wait(until: at(3_660_000)))
        var unasked = reconnector(.dialing)
        #expect(unasked.lost(at(0), retryAfter: 30, using: &largest) == .wait(until: at(130)))
    }

    @Test func `after so many failed attempts it gives up`() {
        var reconnector = Reconnector(policy: .init(attemptsMax: 2))
        var largest = Largest()
        _ = reconnector.start(at(0))
        #expect(reconnector.lost(at(0), using: &largest) == .wait(until: at(100)))
        #expect(reconnector.advance(to: at(100)) == .dial)
        #expect(reconnector.lost(at(100), using: &largest) == .giveUp)
        #expect(reconnector.state == .stopped)
        #expect(reconnector.start(at(200)) == .dial)
        #expect(reconnector.lost(at(200), using: &largest) == .wait(until: at(300)))
    }

    @Test func `an attempt that would begin too late is not waited for`() {
        var reconnector = Reconnector(policy: .init(within: 299))
        var largest = Largest()
        _ = reconnector.start(at(1_000))
        #expect(reconnector.lost(at(1_000), using: &largest) == .wait(until: at(1_100)))
        _ = reconnector.advance(to: at(1_100))
        #expect(reconnector.lost(at(1_100), using: &largest) == .giveUp)
    }

    @Test func `an attempt that takes too long is given up`() {
        var reconnector = Reconnector(policy: .init(within: 299))
        _ = reconnector.start(at(1_000))
        #expect(reconnector.deadline == at(1_299))
        #expect(reconnector.advance(to: at(1_298)) == .nothing)
        #expect(reconnector.advance(to: at(1_299)) == .giveUp)
        #expect(reconnector.state == .stopped && reconnector.deadline == nil)
        #expect(reconnector.start(at(2_000)) == .dial)
        #expect(reconnector.connected(at(2_001)) == .use)
        #expect(reconnector.deadline == nil && reconnector.advance(to: at(9_000)) == .nothing)
    }

    @Test func `without a policy it never gives up`() {
        var reconnector = reconnector(.dialing)
        var random = Seeded(3)
        var now = at(0)
        for _ in 0..<1_000 {
            guard case .wait(let until) = reconnector.lost(now, using: &random) else {
                Issue.record("gave up")
                return
            }
            #expect(until.milliseconds(since: now) <= Backoff.longestDefault)
            now = until
            #expect(reconnector.advance(to: now) == .dial)
        }
    }
}
