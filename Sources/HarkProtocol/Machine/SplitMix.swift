/// Random numbers that anybody can predict who has seen one, two nanoseconds each: the same seed gives the same ones.
///
/// A counter walks by a fixed odd step and each number is a mix of it, so any seed is as good as another.
package struct SplitMix: RandomNumberGenerator, Sendable {
    /// 2^64 divided by the golden ratio, made odd: a step that visits every number before it repeats one.
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= Self.step
        var bits = state
        bits = (bits ^ bits &>> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits &>> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits &>> 31
    }
}
