/// How many bytes of requests this member may send. Without such a limit, who makes up messages in segments would make
/// this member ask the group for the rest of each.
package struct EventcastAllowance: Sendable {
    /// 128 KiB at once: two hundred requests.
    package static let byteCountMax = 128 << 10
    /// 64 bytes in a millisecond, half a Mbit/s: a hundred requests in a second.
    package static let byteCountPerMillisecond = 64

    private var byteCount = byteCountMax
    private var filled = Instant.zero

    package init() {}

    /// Whether so many bytes may be sent; then they are.
    package mutating func take(_ byteCount: Int, now: Instant) -> Bool {
        let elapsed = min(now.milliseconds(since: filled), UInt64(Self.byteCountMax))
        self.byteCount = min(self.byteCount + Int(elapsed) * Self.byteCountPerMillisecond, Self.byteCountMax)
        filled = max(now, filled)
        guard byteCount <= self.byteCount else { return false }
        self.byteCount -= byteCount
        return true
    }
}
