import HarkProtocol
import HarkWire
import Testing

@Suite struct RefusalLogTests {
    private func source(_ number: UInt32, port: UInt16 = 1) -> DatagramAddress {
        DatagramAddress(ipv4: number, port: port)
    }

    @Test func `each kind is told once a minute and source, and counted always`() {
        var log = RefusalLog()
        let now = Instant(milliseconds: 1_000)
        #expect(log.add(.malformed, from: source(1), now) == true)
        #expect(log.add(.malformed, from: source(1), now + 59_999) == false)
        // Another port of the same host is the same source: ports cost nothing.
        #expect(log.add(.malformed, from: source(1, port: 9), now + 59_999) == false)
        #expect(log.add(.version, from: source(1), now + 59_999) == true)
        #expect(log.add(.malformed, from: source(2), now + 59_999) == true)
        #expect(log.add(.malformed, from: source(1), now + 60_000) == true)
        #expect(log.counts == [.malformed: 5, .version: 1])
    }

    @Test func `a crowd of sources fills neither memory nor a log`() {
        var log = RefusalLog()
        var toldCount = 0
        for number in 0..<100_000 as Range<UInt32> where log.add(.plaintext, from: source(number), .zero) {
            toldCount += 1
        }
        #expect(toldCount == 1_024)
        #expect(log.counts == [.plaintext: 100_000])
        #expect(log.add(.plaintext, from: source(5), Instant(milliseconds: 60_000)) == true)
    }
}
