/// Tells when a frame that has arrived in part takes too long.
///
/// A frame has an allowance of time, and the same again for each `creditByteCount` of it: a long frame on a slow line
/// gets the time it needs, while somebody who sends a byte now and then does not hold memory for ever.
package struct FrameClock: Sendable {
    /// 16 KiB: half a KiB a second with the default allowance, less than any line that is in use.
    package static let creditByteCount = 16 << 10
    /// 30 000 ms: the rest of a frame is on its way already; a lost packet is sent again within seconds.
    package static let allowanceDefault: UInt64 = 30_000

    private let start: Instant
    private let allowance: UInt64

    /// When `advance` wants to be called.
    package private(set) var deadline: Instant

    /// The first part of a frame is here.
    ///
    /// - Parameter allowance: how long it may take, in milliseconds.
    package init(_ now: Instant, allowance: UInt64 = allowanceDefault) {
        start = now
        self.allowance = allowance
        deadline = now + allowance
    }

    /// Time has passed. Safe to call at any moment, also before the deadline.
    ///
    /// - Parameter byteCount: how much of the frame is here.
    /// - Returns: whether the frame has taken too long.
    package mutating func advance(to now: Instant, byteCount: Int) -> Bool {
        guard now >= deadline else { return false }
        // Who was not able to read meanwhile reads before it judges.
        if now.milliseconds(since: deadline) >= UInt64(LivenessClock.lateMin) {
            deadline = now + UInt64(LivenessClock.lateMin)
            return false
        }
        let earned = start + allowance * UInt64(1 + byteCount / Self.creditByteCount)
        guard earned > now else { return true }
        deadline = earned
        return false
    }
}
