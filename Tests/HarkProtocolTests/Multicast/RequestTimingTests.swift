import HarkProtocol
import Testing

@Suite struct RequestTimingTests {
    @Test func `few receivers ask at once`() {
        var random = SplitMix(seed: 1)
        for count in 0...5 {
            let timing = RequestTiming(roundTrip: 10, groupCount: count)
            #expect(timing.backoffMax == 0 && timing.backoff(using: &random) == 0)
        }
        #expect(RequestTiming(roundTrip: 0, groupCount: 1).roundTrip == 1)
        #expect(RequestTiming(roundTrip: 0, groupCount: 1).allowance == 1)
        #expect(RequestTiming(roundTrip: 40, groupCount: 1).allowance == 10)
    }

    @Test(arguments: [6, 50, 500, 100_000])
    func `of many, most wait long and few briefly`(count: Int) {
        var random = SplitMix(seed: 2)
        let timing = RequestTiming(roundTrip: 10, groupCount: count)
        let waits = (0..<10_000).map { _ in timing.backoff(using: &random) }.sorted()
        #expect(waits[9_999] <= timing.backoffMax)
        #expect(waits[9_999] >= timing.backoffMax * 9 / 10)
        #expect(waits[5_000] > timing.backoffMax * 6 / 10)
        // As many as there are ask within a tenth of the time as would be expected of one in `count`.
        let brief = waits.filter { $0 < timing.backoffMax / 10 }.count
        #expect(brief < 1_000, "an even chance would give 1 000")
    }

    @Test(arguments: [1, 2, 10, 40] as [UInt64])
    func `up to fifty wait no longer than three round trips before they ask first`(roundTrip: UInt64) {
        var random = SplitMix(seed: 3)
        for count in [6, 20, 50] {
            let timing = RequestTiming(roundTrip: roundTrip, groupCount: count)
            let waits = (0..<1_000).map { _ in timing.firstBackoff(using: &random) }
            #expect(waits.allSatisfy { $0 <= 3 * roundTrip })
            // Not all at once, however short the round trip.
            #expect(Set(waits).count > 2)
            #expect(timing.firstBackoffMax < timing.backoffMax)
        }
        #expect(RequestTiming(roundTrip: roundTrip, groupCount: 5).firstBackoff(using: &random) == 0)
        let many = RequestTiming(roundTrip: roundTrip, groupCount: 51)
        #expect(many.firstBackoffMax == many.backoffMax)
    }

    @Test(arguments: [1, 10, 40] as [UInt64])
    func `of five hundred, five or fewer ask before they hear the first`(roundTrip: UInt64) {
        var counts: [Int] = []
        let timing = RequestTiming(roundTrip: roundTrip, groupCount: 500)
        for seed in 0..<UInt64(Sweep.count(200, full: 2_000, soak: 20_000)) {
            var random = SplitMix(seed: seed)
            let waits = (0..<500).map { _ in timing.backoff(using: &random) }
            let first = waits.min() ?? 0
            counts.append(waits.filter { $0 < first + max(roundTrip / 2, 1) }.count)
        }
        counts.sort()
        #expect(counts[counts.count * 99 / 100] <= 5)
    }

    @Test func `what is not answered is asked for again, less and less often`() {
        let timing = RequestTiming(roundTrip: 4, groupCount: 1)
        #expect((0...8).map(timing.retry) == [7, 7, 14, 28, 56, 112, 224, 250, 250])
        #expect(timing.retry(attempt: 1_000) == 250)
        // Never before an answer can be there.
        #expect(RequestTiming(roundTrip: 3_000, groupCount: 1).retry(attempt: 9) == 4_501)
    }
}
