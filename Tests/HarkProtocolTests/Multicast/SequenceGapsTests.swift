import HarkProtocol
import Testing

@Suite struct SequenceGapsTests {
    private let now = Instant(milliseconds: 10)

    private func gaps(_ ranges: Range<UInt64>...) -> SequenceGaps {
        var gaps = SequenceGaps()
        for range in ranges { gaps.append(range, noticed: now, due: now) }
        return gaps
    }

    private func numbers(_ gaps: SequenceGaps) -> [Range<UInt64>] { gaps.gaps.map(\.numbers) }

    @Test func `what arrives is missing no more`() {
        var gaps = gaps(3..<6, 10..<11, 20..<30)
        #expect(gaps.missingCount == 14)
        for number in [2, 6, 11, 19, 30] as [UInt64] { #expect(!gaps.remove(number) && !gaps.contains(number)) }
        #expect(gaps.contains(3) && gaps.contains(29))
        #expect(gaps.remove(10) && !gaps.remove(10))
        #expect(gaps.remove(3) && gaps.remove(5) && gaps.remove(25))
        #expect(numbers(gaps) == [4..<5, 20..<25, 26..<30])
        #expect(gaps.remove(29) && gaps.remove(4))
        #expect(numbers(gaps) == [20..<25, 26..<29])
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `it is as a set of numbers would be`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var gaps = SequenceGaps()
        var set: Set<UInt64> = []
        var end: UInt64 = 0
        for _ in 0..<300 {
            if Bool.random(using: &random) {
                let start = end + UInt64.random(in: 1...3, using: &random)
                end = start + UInt64.random(in: 1...9, using: &random)
                gaps.append(start..<end, noticed: now, due: now)
                set.formUnion(start..<end)
            } else if Int.random(in: 0..<40, using: &random) == 0 {
                let below = UInt64.random(in: 0...end, using: &random)
                let removed = gaps.remove(below: below).flatMap { Array($0) }
                #expect(removed == set.filter { $0 < below }.sorted())
                set = set.filter { $0 >= below }
            } else {
                let number = UInt64.random(in: 0...end + 1, using: &random)
                #expect(gaps.remove(number) == (set.remove(number) != nil))
            }
            #expect(gaps.missingCount == UInt64(set.count))
        }
        #expect(numbers(gaps).flatMap { Array($0) } == set.sorted())
    }

    @Test func `those that are due are asked for, and wait then`() {
        var gaps = gaps(1..<2, 5..<7)
        gaps.append(9..<10, noticed: now, due: now + 5)
        #expect(gaps.due == now)
        #expect(gaps.ask(now, countMax: 1) { _ in 20 } == [1..<2])
        #expect(gaps.ask(now, countMax: 9) { UInt64($0) + 30 } == [5..<7])
        #expect(gaps.ask(now, countMax: 9) { _ in 20 }.isEmpty)
        #expect(gaps.due == now + 5)
        #expect(gaps.ask(now + 20, countMax: 9) { UInt64($0) * 100 } == [1..<2, 9..<10])
        #expect(gaps.gaps.map(\.attemptCount) == [2, 1, 1])
        #expect(gaps.gaps.map(\.due) == [now + 120, now + 30, now + 20])
        gaps.hasten(now + 25)
        #expect(gaps.due == now + 20)
        #expect(gaps.gaps.map(\.due) == [now + 25, now + 25, now + 20])
    }

    @Test func `what another one has asked for waits, if it was all of it`() {
        var gaps = gaps(1..<2, 5..<7, 9..<12)
        gaps.postpone(within: 0..<10, to: now + 50)
        #expect(gaps.gaps.map(\.due) == [now + 50, now + 50, now])
        gaps.postpone(within: 9..<12, to: now + 40)
        gaps.postpone(within: 1..<2, to: now + 40)
        #expect(gaps.gaps.map(\.due) == [now + 50, now + 50, now + 40])
    }

    @Test func `the lowest is given up first, and there are never too many`() {
        var gaps = SequenceGaps()
        #expect(gaps.removeFirst() == nil && gaps.due == nil)
        for index in 0..<UInt64(SequenceGaps.countMax) {
            #expect(!gaps.isFull)
            gaps.append(2 * index..<2 * index + 1, noticed: now + index, due: now)
        }
        #expect(gaps.isFull)
        #expect(gaps.removeFirst()?.numbers == 0..<1)
        #expect(gaps.first?.numbers == 2..<3)
        #expect(!gaps.isFull)
        gaps.append(5_000..<5_000, noticed: now, due: now)
        #expect(gaps.gaps.count == SequenceGaps.countMax - 1)
    }
}
