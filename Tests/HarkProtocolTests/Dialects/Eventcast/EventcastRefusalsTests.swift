import HarkProtocol
import HarkWire
import Testing

struct EventcastRefusalsTests {
    private func source(_ number: UInt32, port: UInt16 = 1) -> DatagramAddress {
        DatagramAddress(ipv4: number, port: port)
    }

    @Test func `once a minute for each host and reason`() {
        var refusals = EventcastRefusals()
        let now = Instant(milliseconds: 5)
        let told = [
            refusals.take(.malformed, from: source(1), now: now),
            refusals.take(.malformed, from: source(1, port: 2), now: now + 59_999),
            refusals.take(.version, from: source(1), now: now),
            refusals.take(.malformed, from: source(2), now: now),
            refusals.take(.malformed, from: source(1), now: now + 60_000),
        ]
        #expect(told == [true, false, true, true, true])
    }

    @Test func `with too many of them nobody more is told of until a minute has passed`() {
        var refusals = EventcastRefusals()
        var told = 0
        for number in 0..<1_000 as Range<UInt32> {
            if refusals.take(.malformed, from: source(number), now: Instant(milliseconds: UInt64(number))) { told += 1 }
        }
        #expect(told == EventcastRefusals.countMax)
        let later = [
            refusals.take(.malformed, from: source(5_000), now: Instant(milliseconds: 59_999)),
            refusals.take(.malformed, from: source(5_000), now: Instant(milliseconds: 60_000)),
        ]
        #expect(later == [false, true])
    }
}
