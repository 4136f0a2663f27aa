import HarkProtocol
import Testing

struct EventcastFinishedTests {
    private func sequence(_ number: Int) -> EventcastDigest { EventcastDigest(random: UInt64(number), 0, 0) }

    @Test func `messages are remembered for their time`() {
        var finished = EventcastFinished()
        finished.insert(sequence(1), now: Instant(milliseconds: 0), for: 9_000)
        finished.insert(sequence(2), now: Instant(milliseconds: 5), for: 9_000)
        finished.insert(sequence(1), now: Instant(milliseconds: 8_000), for: 9_000)
        finished.removeExpired(now: Instant(milliseconds: 8_999))
        #expect(finished.contains(sequence(1)) && finished.contains(sequence(2)))
        finished.removeExpired(now: Instant(milliseconds: 9_000))
        #expect(!finished.contains(sequence(1)) && finished.contains(sequence(2)))
        finished.removeExpired(now: Instant(milliseconds: 9_005))
        #expect(!finished.contains(sequence(2)))
    }

    @Test func `there is a limit, and the ones remembered first are forgotten, over and over`() {
        var finished = EventcastFinished()
        let count = EventcastFinished.countMax
        for number in 0..<3 * count + 7 {
            finished.insert(sequence(number), now: Instant(milliseconds: UInt64(number / 10)), for: 9_000)
        }
        #expect(!finished.contains(sequence(2 * count + 6)))
        #expect((2 * count + 7..<3 * count + 7).allSatisfy { finished.contains(sequence($0)) })
        finished.removeExpired(now: Instant(milliseconds: 100_000))
        #expect(!finished.contains(sequence(3 * count)))
    }
}
