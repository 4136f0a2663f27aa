/// When segments that are missing are asked for.
package struct EventcastTiming: Hashable, Sendable {
    /// 20 ms: segments that overtake others on their way do it within a few.
    package static let reorderMillisecondsMax: UInt64 = 20
    /// 200 ms without a segment: the sender has sent all it had, and what is missing at the end was lost too.
    static let quietMillisecondsMin: UInt64 = 200
    /// 100 ms until the second time: an answer takes a few, or the request was lost. Then twice as long each time.
    static let pauseMillisecondsMin: UInt64 = 100
    /// 1 600 ms between two times at most, so that there are nine times within the 9 s of the original.
    static let pauseMillisecondsMax: UInt64 = 1_600

    /// How long a message may be silent, in ms.
    package let ttl: UInt64

    package init(ttl: UInt64) { self.ttl = ttl }

    /// How long the sender keeps it, and how long it is remembered that it is done with, in ms.
    package var keeping: UInt64 { 3 * ttl }

    /// How long to wait after having asked so many times, in ms.
    func pause(after count: Int) -> UInt64 {
        min(Self.pauseMillisecondsMin &<< UInt64(min(max(count - 1, 0), 10)), Self.pauseMillisecondsMax)
    }
}
