import HarkProtocol
import Testing

@Suite struct BackoffTests {
    /// Gives the largest number there is: each wait is its bound.
    private struct Largest: RandomNumberGenerator {
        mutating func next() -> UInt64 { .max }
    }

    @Test func `the bound doubles up to the longest wait`() {
        var backoff = Backoff()
        var largest = Largest()
        let waits = (0..<11).map { _ in backoff.next(using: &largest) }
        #expect(waits == [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000])
        backoff.reset()
        #expect(backoff.next(using: &largest) == 100)
    }

    @Test func `each wait is anything up to its bound, the first and the longest too`() {
        var random = Seeded(1)
        var firsts: [UInt64] = []
        var longests: [UInt64] = []
        for _ in 0..<2_000 {
            var backoff = Backoff()
            firsts.append(backoff.next(using: &random))
            for _ in 0..<12 { _ = backoff.next(using: &random) }
            longests.append(backoff.next(using: &random))
        }
        #expect(firsts.allSatisfy { $0 <= 100 })
        #expect(longests.allSatisfy { $0 <= 30_000 })
        // Evenly spread: every tenth of the range has its share, give or take a third.
        for (waits, bound) in [(firsts, 101), (longests, 30_001)] as [([UInt64], UInt64)] {
            let tenths = Dictionary(grouping: waits) { $0 * 10 / bound }.mapValues(\.count)
            #expect(tenths.count == 10)
            #expect(tenths.values.allSatisfy { (130...270).contains($0) }, "\(tenths)")
        }
    }

    @Test func `each wait of Fibonacci is the sum of the two before it, without chance`() {
        var random = Seeded(1)
        var backoff = Backoff(fibonacci: 100, longest: 10_000)
        let waits = (0..<13).map { _ in backoff.next(using: &random) }
        #expect(waits == [100, 100, 200, 300, 500, 800, 1_300, 2_100, 3_400, 5_500, 8_900, 10_000, 10_000])
        backoff.reset()
        #expect((0..<3).map { _ in backoff.next(using: &random) } == [100, 100, 200])
        let spread = (0..<200).map { _ in
            backoff.reset()
            return backoff.next(spread: 1_000, using: &random)
        }
        #expect(spread.allSatisfy { (100...1_000).contains($0) } && Set(spread).count > 50)
        var huge = Backoff(fibonacci: .max, longest: .max)
        for _ in 0..<3 { #expect(huge.next(using: &random) == .max) }
    }

    @Test func `a fixed wait is always the same, unless more has to be spread`() {
        var random = Seeded(1)
        var backoff = Backoff(fixed: 250)
        for _ in 0..<20 { #expect(backoff.next(using: &random) == 250) }
        let spread = (0..<200).map { _ in backoff.next(spread: 1_000, using: &random) }
        #expect(spread.allSatisfy { (250...1_000).contains($0) } && Set(spread).count > 50)
    }

    @Test func `chance spreads over what is asked for, if that is more than the bound`() {
        var largest = Largest()
        var backoff = Backoff()
        #expect(backoff.next(spread: 5_000, using: &largest) == 5_000)
        #expect(backoff.next(spread: 5, using: &largest) == 200)
    }

    @Test func `bounds at the ends of what numbers hold do not wrap`() {
        var largest = Largest()
        var backoff = Backoff(first: 1 << 63, longest: .max)
        #expect(backoff.next(using: &largest) == 1 << 63)
        #expect(backoff.next(using: &largest) == .max)
        #expect(backoff.next(using: &largest) == .max)
        var none = Backoff(first: 50, longest: 0)
        #expect(none.next(using: &largest) == 0)
    }
}
