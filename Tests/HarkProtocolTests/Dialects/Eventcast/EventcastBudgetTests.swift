import HarkProtocol
import HarkWire
import Testing

struct EventcastBudgetTests {
    private let one = DatagramAddress(ipv4: 1, port: 1)
    private let other = DatagramAddress(ipv4: 2, port: 1)
    private let reserve = EventcastBudget.reserveByteCountMin

    /// Takes all there is.
    private func takeAll(_ budget: inout EventcastBudget, _ source: DatagramAddress, at now: UInt64) -> Int {
        let count = budget.available(to: source, now: Instant(milliseconds: now))
        budget.take(count, for: source)
        return count
    }

    @Test func `each host has a reserve, whatever its ports, and all together have two`() {
        var budget = EventcastBudget()
        #expect(takeAll(&budget, one, at: 0) == reserve)
        #expect(takeAll(&budget, one.with(port: 2), at: 0) == 0)
        let others = (2...3).map { takeAll(&budget, DatagramAddress(ipv4: $0, port: 1), at: 0) }
        #expect(others == [reserve, 0])
    }

    @Test func `an event of 100 kB that four hosts have lost is repaired for each as a whole`() {
        var budget = EventcastBudget()
        // 98 segments, each with some 290 bytes ahead of its slice.
        let byteCount = 98 * (1_024 + 290)
        budget.sent(byteCount)
        for host in 1...4 as ClosedRange<UInt32> {
            let address = DatagramAddress(ipv4: host, port: 1)
            #expect(budget.available(to: address, now: .zero) >= byteCount)
            budget.take(byteCount, for: address)
        }
    }

    @Test func `an eighth of what is sent is for each, a quarter for all`() {
        var budget = EventcastBudget()
        for host in [one, other] { _ = takeAll(&budget, host, at: 0) }
        for _ in 0..<8 { budget.sent(100_000) }
        let taken = [one, other, one.with(port: 2), other].map { takeAll(&budget, $0, at: 0) }
        #expect(taken == [100_000, 100_000, 0, 0])
    }

    @Test func `the reserve fills again slowly, and is as long as the longest message`() {
        var budget = EventcastBudget()
        for source in [one, other] { _ = takeAll(&budget, source, at: 0) }
        let later = takeAll(&budget, one, at: 1_000)
        #expect(later == 8_000)
        let muchLater = takeAll(&budget, one, at: 10_000_000)
        #expect(muchLater == reserve)
        budget.sent(2_000_000)
        let long = budget.available(to: one, now: Instant(milliseconds: 10_000_000))
        #expect(long >= 2_000_000 - reserve)
    }

    @Test func `of many who ask the one that asked first is forgotten, and all together get no more`() {
        var budget = EventcastBudget()
        var taken = 0
        for number in 0..<10_000 as Range<UInt32> {
            taken += takeAll(&budget, DatagramAddress(ipv4: number, port: 1), at: UInt64(number) / 1_000)
        }
        #expect(taken <= 2 * reserve + 80)
    }
}
