internal import HarkProtocol

/// Random numbers that come again: the same seed gives the same numbers, on every machine and in every version.
/// Any seed is as good as another. Not for secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix

    /// - Parameter seed: any number; different seeds give unrelated sequences.
    public init(seed: UInt64) { numbers = SplitMix(seed: seed) }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 { numbers.next() }

    /// A generator of its own, so that what takes numbers from it does not disturb this one's order.
    public mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }

    /// True once in `count` times; never when `count` is 0.
    public mutating func isOne(in count: Int) -> Bool { count > 0 && Int.random(in: 0..<count, using: &self) == 0 }
}
