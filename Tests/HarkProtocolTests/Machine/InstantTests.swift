import HarkProtocol
import Testing

@Suite struct InstantTests {
    @Test func `what comes later is greater`() {
        let start = Instant(milliseconds: 5)
        #expect(start < start + 1)
        #expect(Instant.zero + 5 == start)
    }

    @Test func `nothing has passed since a moment that is yet to come`() {
        let start = Instant(milliseconds: 5)
        #expect((start + 7).milliseconds(since: start) == 7)
        #expect(start.milliseconds(since: start + 7) == 0)
    }
}
