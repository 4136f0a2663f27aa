import HarkProtocol
import Testing

@Suite struct ReplayWindowTests {
    @Test func `every number is fresh once`() {
        var window = ReplayWindow()
        for number in 0..<5_000 as Range<UInt64> {
            #expect(window.isFresh(number))
            window.insert(number)
            #expect(!window.isFresh(number))
        }
        for number in 0..<5_000 as Range<UInt64> { #expect(!window.isFresh(number)) }
    }

    @Test func `numbers that come late by less than the window are fresh, and others are not`() {
        var window = ReplayWindow()
        window.insert(10_000)
        #expect(window.isFresh(10_001 - 1_024))
        #expect(!window.isFresh(10_000 - 1_024))
        window.insert(10_001 - 1_024)
        #expect(!window.isFresh(10_001 - 1_024))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `within the window, order does not matter`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var window = ReplayWindow()
        // Numbers in groups of 512, each in any order: none is later than 1 023.
        for group in 0..<20 as Range<UInt64> {
            let numbers = (group * 512..<group * 512 + 512).shuffled(using: &random)
            for number in numbers {
                #expect(window.isFresh(number))
                window.insert(number)
                #expect(!window.isFresh(number))
            }
        }
    }

    @Test func `a jump forgets what is behind it`() {
        var window = ReplayWindow(count: 64)
        window.insert(3)
        window.insert(1_000_003)
        #expect(window.isFresh(1_000_002) && window.isFresh(999_940) && !window.isFresh(3))
        #expect(!window.isFresh(.max))
        window.insert(.max)
        #expect(window.isFresh(1_000_002))
    }
}
