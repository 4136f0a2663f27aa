import HarkProtocol
import Testing

@Suite struct FrameClockTests {
    private static let start = Instant(milliseconds: 1_000_000)

    @Test func `a frame that does not move on is given up when its time is over`() {
        var clock = FrameClock(Self.start, allowance: 30_000)
        #expect(clock.deadline == Self.start + 30_000)
        let early = clock.advance(to: Self.start + 29_999, byteCount: 30)
        let due = clock.advance(to: Self.start + 30_000, byteCount: 30)
        #expect(!early && due)
    }

    @Test func `a byte a second is not enough, the least rate is`() {
        for (rate, isEnough) in [(1, false), (500, false), (547, true), (20_000, true)] {
            var clock = FrameClock(Self.start)
            var isOver = false
            for second in 1...600 where !isOver {
                isOver = clock.advance(to: Self.start + UInt64(second) * 1_000, byteCount: second * rate)
            }
            #expect(isOver == !isEnough, "\(rate) bytes a second")
        }
    }

    @Test func `bytes that came in a burst earn as much time as those that came evenly`() {
        var clock = FrameClock(Self.start, allowance: 1_000)
        let first = clock.advance(to: Self.start + 1_000, byteCount: 10 * FrameClock.creditByteCount)
        #expect(!first && clock.deadline == Self.start + 11_000)
        let second = clock.advance(to: Self.start + 11_000, byteCount: 11 * FrameClock.creditByteCount - 1)
        #expect(second)
    }

    @Test func `who slept reads before it judges`() {
        var clock = FrameClock(Self.start, allowance: 30_000)
        let late = clock.advance(to: Self.start + 90_000, byteCount: 10)
        #expect(!late && clock.deadline == Self.start + 91_000)
        let due = clock.advance(to: Self.start + 91_000, byteCount: 10)
        #expect(due)
    }
}
