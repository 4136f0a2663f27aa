import Hark
import HarkTesting
import Testing

@Suite struct DeferredEventsTests {
    @Test func `the oldest one counts until all of its listeners are done`() {
        var events = DeferredEvents()
        for sequence: UInt64 in [3, 3, 7, 9] { events.add(sequence) }
        #expect(events.oldest == 3)
        let isNext1 = events.settle(7)
        #expect(!isNext1, "an older one is not settled")
        let isNext2 = events.settle(3)
        #expect(!isNext2, "another listener is at work")
        #expect(events.oldest == 3)
        let isNext3 = events.settle(3)
        #expect(isNext3)
        #expect(events.oldest == 9)
        let isNext4 = events.settle(9)
        #expect(isNext4)
        #expect(events.isEmpty && events.oldest == nil)
    }

    @Test func `what is not deferred cannot be settled`() {
        var events = DeferredEvents()
        events.add(5)
        let isNext5 = events.settle(4)
        #expect(!isNext5)
        let isNext6 = events.settle(6)
        #expect(!isNext6)
        let isNext7 = events.settle(5)
        #expect(isNext7)
        let isNext8 = events.settle(5)
        #expect(!isNext8)
    }

    @Test(arguments: 0..<20)
    func `in any order it knows what a list would know`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var events = DeferredEvents()
        var list: [UInt64] = []
        var next: UInt64 = 1
        for _ in 0..<1_000 {
            if Bool.random(using: &random) {
                next += UInt64.random(in: 0...2, using: &random)
                events.add(next)
                list.append(next)
            } else if let index = list.indices.randomElement(using: &random) {
                let sequence = list.remove(at: index)
                let before = events.oldest
                let isNext9 = events.settle(sequence)
                #expect(isNext9 == (list.first != before))
            }
            #expect(events.oldest == list.first)
        }
    }
}
