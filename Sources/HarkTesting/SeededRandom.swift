/// Random numbers that come again: the same seed gives the same numbers, on every machine and in every version.
///
/// A counter walks by a fixed odd step and each number is a mix of it, so a generator is eight bytes and any seed is as
/// good as another. Not for secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    /// 2^64 divided by the golden ratio, made odd: a step that visits every number before it repeats one.
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    /// - Parameter seed: any number; different seeds give unrelated sequences.
    public init(seed: UInt64) { state = seed }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= Self.step
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A generator of its own, so that what takes numbers from it does not disturb this one's order.
    public mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }

    /// True once in `count` times; never when `count` is 0.
    public mutating func isOne(in count: Int) -> Bool { count > 0 && Int.random(in: 0..<count, using: &self) == 0 }
}
