import HarkProtocol
import Testing

@Suite struct SplitMixTests {
    /// The reference outputs of its authors' program for the seed 1234567.
    @Test func `the numbers are the published ones`() {
        var numbers = SplitMix(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in numbers.next() } == expected)
    }

    @Test func `another seed gives other numbers`() {
        var one = SplitMix(seed: 1)
        var two = SplitMix(seed: 2)
        #expect((0..<8).map { _ in one.next() } != (0..<8).map { _ in two.next() })
    }
}
