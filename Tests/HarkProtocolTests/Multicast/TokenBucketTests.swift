import HarkProtocol
import Testing

@Suite struct TokenBucketTests {
    private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test func `a burst passes at once, and the rest at its rate`() {
        var bucket = TokenBucket(rate: 1_000, burst: 500)
        #expect(bucket.available(at(0)) == 500)
        bucket.take(500, at(0))
        #expect(bucket.available(at(0)) == 0)
        #expect(bucket.ready(100, at(0)) == at(100))
        #expect(bucket.available(at(99)) == 99)
        #expect(bucket.available(at(100)) == 100)
        #expect(bucket.available(at(10_000)) == 500)
    }

    @Test func `parts of a byte are not lost`() {
        var bucket = TokenBucket(rate: 1, burst: 10, level: 0)
        for millisecond in 0...9_999 as ClosedRange<UInt64> { _ = bucket.available(at(millisecond)) }
        #expect(bucket.available(at(10_000)) == 10)
    }

    @Test func `more than a burst never passes at once`() {
        var bucket = TokenBucket(rate: 1_000, burst: 500)
        #expect(bucket.ready(501, at(0)) == nil)
        var still = TokenBucket(rate: 0, burst: 500, level: 10)
        #expect(still.ready(11, at(0)) == nil)
        #expect(still.ready(10, at(7)) == at(7))
        still.add(20)
        #expect(still.available(at(7)) == 30)
        still.add(1_000_000)
        #expect(still.available(at(7)) == 500)
    }

    @Test func `numbers without sense do no harm`() {
        var bucket = TokenBucket(rate: .max, burst: .max)
        bucket.take(1, at(0))
        #expect(bucket.available(at(.max)) > 1 << 40)
        var negative = TokenBucket(rate: -1, burst: -1)
        #expect(negative.available(at(5)) == 0)
    }
}
