import Hark
import HarkTesting
import Testing

@Suite struct AcknowledgementTableTests {
    @Test func `the oldest come first, up to the one that is acknowledged`() {
        var table = AcknowledgementTable<String>()
        for (mark, name): (UInt64, String) in [(2, "a"), (3, "b"), (7, "c")] { table.add(name, for: mark) }
        var taken: [String] = []
        while let name = table.takeFirst(upTo: 6) { taken.append(name) }
        #expect(taken == ["a", "b"])
        #expect(table.count == 1)
        let none = table.take(5)
        let last = table.take(7)
        let again = table.take(7)
        #expect(none == nil && last == "c" && again == nil && table.count == 0)
    }

    @Test(arguments: 0..<20)
    func `in any order it knows what a list would know, and keeps no more`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var table = AcknowledgementTable<UInt64>()
        var list: [UInt64] = []
        var next: UInt64 = 0
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                next += UInt64.random(in: 1...3, using: &random)
                table.add(next, for: next)
                list.append(next)
            case 5..<8:
                let mark = UInt64.random(in: 0...next + 1, using: &random)
                let taken = table.take(mark)
                #expect(taken == (list.contains(mark) ? mark : nil))
                list.removeAll { $0 == mark }
            default:
                let mark = UInt64.random(in: 0...next + 1, using: &random)
                var taken: [UInt64] = []
                while let one = table.takeFirst(upTo: mark) { taken.append(one) }
                #expect(taken == list.filter { $0 <= mark })
                list.removeAll { $0 <= mark }
            }
            #expect(table.count == list.count)
            #expect(table.entryCount <= 2 * list.count + 2_002)
        }
    }

    @Test func `any number that time out leave nothing behind`() {
        var table = AcknowledgementTable<Int>()
        for mark in 1...UInt64(100_000) {
            table.add(0, for: mark)
            if mark > 10 {
                let taken = table.take(mark - 10)
                #expect(taken != nil)
            }
        }
        #expect(table.count == 10)
        #expect(table.entryCount < 100)
    }
}
