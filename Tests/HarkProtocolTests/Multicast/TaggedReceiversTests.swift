import HarkProtocol
import Testing

@Suite struct TaggedReceiversTests {
    private let now = Instant(milliseconds: 100)

    @Test func `the slowest is the one that has received least`() {
        var receivers = TaggedReceivers()
        #expect(receivers.slowest == nil && receivers.deadline(10) == nil)
        #expect(receivers.report(1, received: 10, now) && receivers.report(2, received: 5, now + 1))
        #expect(receivers.slowest?.id == 2)
        // A report that was overtaken does not count.
        #expect(receivers.report(2, received: 20, now + 2) && receivers.report(2, received: 7, now + 3))
        #expect(receivers.slowest?.id == 1)
        #expect(receivers.deadline(10) == now + 10)
        receivers.remove(1)
        #expect(receivers.slowest?.received == 20)
    }

    @Test func `who is silent is found, and there are never too many`() {
        var receivers = TaggedReceivers()
        for id in 0..<UInt64(TaggedReceivers.countMax) { #expect(receivers.report(id, received: 0, now + id) == true) }
        #expect(receivers.report(1_000, received: 0, now) == false)
        #expect(receivers.report(3, received: 1, now + 900) == true)
        #expect(receivers.silent(since: now) == nil)
        #expect(receivers.silent(since: now + 1)?.id == 0)
    }
}
