import HarkProtocol
import Testing

@Suite struct FailoverTests {
    private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

    /// The addresses of one pass in which all fail.
    private func pass(_ failover: inout Failover, at now: Instant) -> [Int] {
        var indices = [failover.begin(now)]
        while let next = failover.next(now) { indices.append(next) }
        return indices
    }

    @Test func `a pass goes through all addresses in order`() {
        var failover = Failover(count: 3)
        #expect(pass(&failover, at: at(0)) == [0, 1, 2])
        #expect(pass(&failover, at: at(5)) == [0, 1, 2])
        #expect(failover.current == 2 && failover.next(at(5)) == nil)
    }

    @Test func `a pass begins at the address that worked last`() {
        var failover = Failover(count: 3)
        #expect(failover.begin(at(0)) == 0)
        #expect(failover.next(at(0)) == 1)
        failover.worked()
        #expect(failover.current == 1)
        #expect(pass(&failover, at: at(9)) == [1, 2, 0])
        #expect(pass(&failover, at: at(9)) == [1, 2, 0])
    }

    @Test func `an address that asks to stay away is left out until then`() {
        var failover = Failover(count: 3)
        _ = failover.begin(at(0))
        failover.worked()
        failover.stayAway(for: 1_000, at(0))
        #expect(failover.wait(at(0)) == 0)
        #expect(pass(&failover, at: at(999)) == [1, 2])
        #expect(pass(&failover, at: at(1_000)) == [0, 1, 2])
    }

    @Test func `when all ask to stay away the first that may be dialled is waited for`() {
        var failover = Failover(count: 2)
        _ = failover.begin(at(0))
        failover.stayAway(for: 1_000, at(0))
        _ = failover.next(at(0))
        failover.stayAway(for: 300, at(0))
        #expect(failover.wait(at(0)) == 300 && failover.wait(at(299)) == 1 && failover.wait(at(300)) == 0)
        #expect(pass(&failover, at: at(300)) == [1])
        #expect(pass(&failover, at: at(1_000)) == [0, 1])
    }

    @Test func `who does not wait dials all the same`() {
        var failover = Failover(count: 2)
        for _ in 0..<2 {
            _ = failover.begin(at(0))
            failover.stayAway(for: 1_000, at(0))
            _ = failover.next(at(0))
            failover.stayAway(for: .max, at(0))
        }
        #expect(pass(&failover, at: at(1)) == [0, 1])
    }

    @Test func `nobody is sent away for more than an hour`() {
        var failover = Failover(count: 1)
        _ = failover.begin(at(0))
        failover.stayAway(for: .max, at(0))
        #expect(failover.wait(at(0)) == 3_600_000)
    }
}
