/// Tells numbers that were here before from those that were not, among the last `count` ones.
///
/// The numbers are one sender's, who uses none of them twice and counts upwards. What is older than the window counts
/// as repeated: nobody can tell.
package struct ReplayWindow: Sendable {
    /// 1 024 numbers: more datagrams than a network that reorders them holds at a time, in 128 bytes for each sender.
    package static let countDefault = 1_024

    /// A bit for each number, at its remainder.
    private var bits: [UInt64]
    /// The highest number that was here, plus one.
    private var end: UInt64 = 0

    /// - Parameter count: a power of two, 64 at least.
    package init(count: Int = countDefault) {
        precondition(count >= 64 && count & (count - 1) == 0, "a power of two, 64 at least")
        bits = [UInt64](repeating: 0, count: count / 64)
    }

    private var count: UInt64 { UInt64(bits.count) * 64 }

    /// Whether the number was not here yet.
    package func isFresh(_ number: UInt64) -> Bool {
        if number >= end { return number < .max }
        guard end - number <= count else { return false }
        return bits[word(number)] & bit(number) == 0
    }

    /// The number is here. Only after what it came with was found to be genuine.
    package mutating func insert(_ number: UInt64) {
        guard number < .max else { return }
        if number >= end {
            if number - end >= count {
                for index in bits.indices { bits[index] = 0 }
            } else {
                for skipped in end...number { bits[word(skipped)] &= ~bit(skipped) }
            }
            end = number + 1
        }
        bits[word(number)] |= bit(number)
    }

    private func word(_ number: UInt64) -> Int { Int(number % count / 64) }

    private func bit(_ number: UInt64) -> UInt64 { 1 << (number % 64) }
}
