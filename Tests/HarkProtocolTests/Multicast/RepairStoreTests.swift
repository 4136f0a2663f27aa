import HarkProtocol
import Testing

@Suite struct RepairStoreTests {
    /// Writes a datagram of bytes that follow from its number.
    private func write(
        _ store: inout RepairStore, _ byteCount: Int, max byteCountMax: Int = 100, keeping kept: UInt64 = .max
    ) -> Bool {
        let number = store.next
        guard let start = store.open(byteCountMax: byteCountMax, keeping: kept) else { return false }
        for index in 0..<byteCount {
            start.storeBytes(
                of: UInt8(truncatingIfNeeded: number &* 7 &+ UInt64(index)), toByteOffset: index, as: UInt8.self)
        }
        store.close(byteCount: byteCount, eventCount: Int(number % 5))
        return true
    }

    private func expectWritten(
        _ isWritten: Bool, _ store: inout RepairStore, _ byteCount: Int, keeping kept: UInt64 = .max
    ) {
        let result = write(&store, byteCount, keeping: kept)
        #expect(result == isWritten)
    }

    private func expectWhole(_ store: borrowing RepairStore, _ number: UInt64) {
        let isWhole = store.bytes(number).enumerated().allSatisfy {
            $0.element == UInt8(truncatingIfNeeded: number &* 7 &+ UInt64($0.offset))
        }
        #expect(isWhole)
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `the latest datagrams are there, whole, and the oldest give way`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var store = RepairStore(capacity: 1_000)
        for _ in 0..<2_000 {
            expectWritten(true, &store, Int.random(in: 1...100, using: &random))
            for number in store.oldest..<store.next { expectWhole(store, number) }
            let (eventCount, byteCount) = (store.eventCount(store.next - 1), store.byteCount(from: store.oldest))
            let last = store.next - 1
            #expect(eventCount == Int(last % 5) && byteCount <= 1_000)
        }
        let next = store.next
        #expect(next == 2_000)
        // Nine hundred of a thousand bytes are in use at least: those in front of the end may be lost.
        let kept = (store.oldest..<store.next).reduce(0) { $0 + store.bytes($1).count }
        #expect(kept >= 700)
    }

    @Test func `what is kept does not give way`() {
        var store = RepairStore(capacity: 1_000)
        for _ in 0..<10 { expectWritten(true, &store, 100) }
        expectWritten(false, &store, 100, keeping: 0)
        let range = store.oldest..<store.next
        #expect(range == 0..<10)
        expectWritten(true, &store, 100, keeping: 1)
        expectWritten(false, &store, 100, keeping: 1)
        for number in 1..<11 as Range<UInt64> { expectWhole(store, number) }
        let contained = (0..<13).filter { store.contains($0) }
        #expect(contained == Array(1..<11))
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `where it has room, there is room`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var store = RepairStore(capacity: 2_000)
        var kept: UInt64 = 0
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...8, using: &random)
            if store.hasRoom(for: count * 100, datagramByteCountMax: 100, keeping: max(kept, store.oldest)) {
                for _ in 0..<count {
                    expectWritten(
                        true, &store, Int.random(in: 1...100, using: &random), keeping: max(kept, store.oldest))
                }
            } else {
                let next = store.next
                #expect(kept < next)
                kept = min(store.next, kept + UInt64.random(in: 1...9, using: &random))
            }
        }
        let next = store.next
        #expect(next > 1_000)
    }

    @Test func `datagrams of the same length lie behind each other`() {
        var store = RepairStore(capacity: 10_000)
        for _ in 0..<50 { _ = write(&store, 100) }
        for number in 1..<50 as Range<UInt64> {
            let end = store.bytes(number - 1).baseAddress.map { $0 + 100 }
            let start = store.bytes(number).baseAddress
            #expect(start == end)
        }
    }

    @Test func `what was sent again is held off for a while`() {
        var store = RepairStore(capacity: 1_000)
        _ = write(&store, 10)
        let now = Instant(milliseconds: UInt64(UInt32.max))
        var isHeldOff = store.isHeldOff(0, holdOff: 5, now)
        #expect(!isHeldOff)
        store.markRepaired(0, now)
        isHeldOff = store.isHeldOff(0, holdOff: 5, now + 4)
        #expect(isHeldOff)
        isHeldOff = store.isHeldOff(0, holdOff: 5, now + 5)
        #expect(!isHeldOff)
        store.markRepaired(9, now)
    }
}
