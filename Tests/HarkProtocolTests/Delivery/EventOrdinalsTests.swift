import HarkProtocol
import Testing

struct EventOrdinalsTests {
    @Test func `without a removal place and number are the same`() {
        let ordinals = EventOrdinals()
        #expect(ordinals.ordinal(of: 7) == 7 && ordinals.mark(of: 7) == 7 && ordinals.removedCount == 0)
    }

    @Test func `those behind keep their numbers, and those that are gone have no place`() {
        var ordinals = EventOrdinals()
        ordinals.remove([3, 4, 7])
        #expect((1...5).map { ordinals.ordinal(of: $0) } == [1, 2, 5, 6, 8])
        #expect((1...8).map { ordinals.mark(of: $0) } == [1, 2, nil, nil, 3, 4, nil, 5])
        ordinals.remove([2, 3])
        #expect((1...3).map { ordinals.ordinal(of: $0) } == [1, 6, 8])
    }

    @Test func `the memory does not grow while the oldest go one by one`() {
        var ordinals = EventOrdinals()
        for _ in 0..<1_000 { ordinals.remove([10]) }
        #expect(ordinals.stepCount == 1 && ordinals.ordinal(of: 10) == 1_010)
    }

    @Test func `what nobody asks for any more takes no memory`() {
        var ordinals = EventOrdinals()
        for mark in stride(from: UInt64(1), to: 200, by: 2) { ordinals.remove([mark]) }
        #expect(ordinals.stepCount == 100)
        let ordinal = ordinals.ordinal(of: 500)
        ordinals.forget(upTo: 500)
        #expect(ordinals.stepCount == 1 && ordinals.ordinal(of: 500) == ordinal)
    }

    @Test func `swept: as a list of what is left`() throws {
        for seed in 1...Sweep.count(200, full: 5_000, soak: 500_000) {
            var random = Seeded(seed)
            var ordinals = EventOrdinals()
            var left = Array(1...200 as ClosedRange<UInt64>)
            var forgotten = 0
            for _ in 0..<20 where left.count > forgotten {
                let share = Int.random(in: 1...40, using: &random)
                let places = (forgotten..<left.count).filter { _ in Int.random(in: 0..<share, using: &random) == 0 }
                ordinals.remove(places.map { UInt64($0) + 1 })
                let gone = places.map { left[$0] }
                left.removeAll { gone.contains($0) }
                for ordinal in gone { try #require(ordinals.mark(of: ordinal) == nil, "seed \(seed)") }
                if Bool.random(using: &random), left.count > forgotten {
                    forgotten = Int.random(in: forgotten..<left.count, using: &random)
                    ordinals.forget(upTo: UInt64(forgotten))
                }
                for index in forgotten..<left.count {
                    let mark = UInt64(index) + 1
                    try #require(ordinals.ordinal(of: mark) == left[index], "seed \(seed)")
                    try #require(ordinals.mark(of: left[index]) == mark, "seed \(seed)")
                }
                try #require(ordinals.removedCount == 200 - UInt64(left.count), "seed \(seed)")
            }
        }
    }
}
