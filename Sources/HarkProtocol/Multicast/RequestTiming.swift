/// When a receiver asks for what it misses, so that few of those who miss it ask.
///
/// Receivers wait by chance, most of them long and few of them briefly, as RFC 5401 has it: whoever waits least asks
/// the whole group's question, and the others hear it in time and stay silent. Time is counted in milliseconds, and
/// the time that a question takes to everybody is what sets the scale: half a round trip, and the millisecond of a
/// turn.
package struct RequestTiming: Sendable {
    /// Up to 5 receivers ask without waiting for each other: so many questions do no harm.
    private static let promptCountMax = 5
    /// Up to 50 receivers wait so briefly that one of them that has lost something alone has it within five round
    /// trips. Where all of them have, three or four ask mostly and a dozen seldom: as many bytes as an event.
    private static let briefCountMax = 50
    /// 250 ms: whoever was not answered several times asks no less often than that.
    private static let retryMax: UInt64 = 250

    /// The round trip to the sender, in milliseconds, 1 at least.
    package var roundTrip: UInt64
    /// How many receivers there may be.
    package var groupCount: Int

    package init(roundTrip: UInt64, groupCount: Int) {
        self.roundTrip = max(roundTrip, 1)
        self.groupCount = groupCount
    }

    /// How long something may be late before it counts as missing, in milliseconds.
    package var allowance: UInt64 { max(roundTrip / 4, 1) }

    /// No longer than this is waited by chance, in milliseconds.
    package var backoffMax: UInt64 {
        guard groupCount > Self.promptCountMax else { return 0 }
        // Within the time that the first question takes, the number of those who ask grows by e to the power of
        // lambda × that time ÷ this. With a factor of 2.5 five of 500 ask at most, 99 times of a hundred, and one or
        // two mostly; a larger one makes everybody wait for longer.
        return UInt64(2.5 * Self.lambda(groupCount) * (Double(roundTrip) / 2 + 1))
    }

    /// The same before it is asked for the first time.
    ///
    /// Up to 50 may spend three round trips on it, less 6 ms for what is done in whole milliseconds on the way: a
    /// repair takes a quarter of a round trip besides until something counts as missing, and one and a half until it
    /// is here. 3 ms keep them apart where the round trip is shorter than that.
    package var firstBackoffMax: UInt64 {
        groupCount > Self.briefCountMax ? backoffMax : min(max(3 * roundTrip, 9) - 6, backoffMax)
    }

    /// Milliseconds to wait by chance before the first time.
    package func firstBackoff(using generator: inout some RandomNumberGenerator) -> UInt64 {
        chance(upTo: firstBackoffMax, using: &generator)
    }

    /// Milliseconds to wait by chance when others have asked.
    package func backoff(using generator: inout some RandomNumberGenerator) -> UInt64 {
        chance(upTo: backoffMax, using: &generator)
    }

    private func chance(upTo longest: UInt64, using generator: inout some RandomNumberGenerator) -> UInt64 {
        guard longest > 0 else { return 0 }
        let lambda = Self.lambda(groupCount)
        let chance = Double.random(in: 0..<1, using: &generator)
        // The inverse of an exponential distribution that is cut off at `longest`.
        let part = Self.logarithm(chance * (Self.exponential(lambda) - 1) + 1) / lambda
        return UInt64(max(part, 0) * Double(longest))
    }

    /// Milliseconds to wait for an answer. Whoever has asked then asks again. Those who have heard the question have
    /// waited equally long, and wait for `backoff` behind it.
    ///
    /// - Parameter attempt: how often it was asked for before.
    package func retry(attempt: Int) -> UInt64 {
        let first = roundTrip * 3 / 2 + 1
        // The second answer may be lost like the first one; that a third is, means that something else is the matter.
        return min(first << UInt64(min(max(attempt - 1, 0), 16)), max(Self.retryMax, first))
    }

    private static func lambda(_ count: Int) -> Double { logarithm(Double(max(count, 1))) + 1 }

    // The standard library has neither, and no C library is imported here.

    /// The natural logarithm, for 1 and more, to ten digits.
    static func logarithm(_ value: Double) -> Double {
        // m × 2^e; ln m by the series of the area tangent.
        let ratio = (value.significand - 1) / (value.significand + 1)
        var power = ratio
        var sum = 0.0
        for index in 0...10 {
            sum += power / Double(2 * index + 1)
            power *= ratio * ratio
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }

    /// e to the power of a number from 0 to 64.
    static func exponential(_ value: Double) -> Double {
        // A small part of it by Taylor's series, then squared.
        let small = value / 1_024
        var result = 1 + small * (1 + small / 2 * (1 + small / 3 * (1 + small / 4)))
        for _ in 0..<10 { result *= result }
        return result
    }
}
