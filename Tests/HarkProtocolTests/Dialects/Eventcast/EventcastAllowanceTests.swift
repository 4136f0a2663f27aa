import HarkProtocol
import Testing

struct EventcastAllowanceTests {
    @Test func `what was taken comes back with time, up to the limit`() {
        var allowance = EventcastAllowance()
        let all = EventcastAllowance.byteCountMax
        let now = Instant(milliseconds: 1_000_000)
        let taken = [
            allowance.take(all + 1, now: now), allowance.take(all, now: now), allowance.take(1, now: now),
            allowance.take(64, now: now + 1), allowance.take(1, now: now + 1),
            allowance.take(all + 1, now: now + 1_000_000), allowance.take(all, now: now + 1_000_000),
        ]
        #expect(taken == [false, true, false, true, false, false, true])
    }
}
