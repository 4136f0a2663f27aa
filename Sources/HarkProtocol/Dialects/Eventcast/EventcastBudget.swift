package import HarkWire

/// How many bytes of what was sent may be sent once more: for all who ask together, and for each of them.
///
/// A quarter of what was sent, so that those who lose much, or pretend to, do not take the network from the others; and
/// a reserve in which the longest message sent so far fits as a whole, so that it can be repaired even when nearly all
/// of it was lost.
package struct EventcastBudget: Sendable {
    /// 256 KiB of reserve at least: two messages of 100 KB.
    package static let reserveByteCountMin = 256 << 10
    /// 8 bytes in a millisecond by which the reserve fills again while nothing is sent: it takes half a minute.
    static let byteCountPerMillisecond = 8
    /// 256 members that ask, some 60 bytes each. The one that has not asked for longest gives way.
    static let sourceCountMax = 256
    /// A quarter of what was sent for all, and half of that for each.
    private static let share = 4

    private struct Account: Sendable {
        var byteCount: Int
        /// What was sent altogether when it was looked at last.
        var sentByteCount: Int
        var looked: Instant

        mutating func fill(upTo limit: Int, share: Int, sent: Int, now: Instant) {
            // More than the reserve takes half a minute: nothing can be added beyond that.
            let elapsed = min(now.milliseconds(since: looked), 1 << 20)
            let more = (sent - sentByteCount) / share + Int(elapsed) * EventcastBudget.byteCountPerMillisecond
            // What is less than a byte's worth is kept for the next time.
            if more > 0 { (sentByteCount, looked) = (sent, now) }
            byteCount = min(byteCount + more, limit)
        }
    }

    private var sentByteCount = 0
    private var reserveByteCount = reserveByteCountMin
    private var total = Account(byteCount: 2 * reserveByteCountMin, sentByteCount: 0, looked: .zero)
    private var sources: [DatagramAddress: Account] = [:]

    package init() {}

    /// A message was sent, in segments of so many bytes together.
    package mutating func sent(_ byteCount: Int) {
        sentByteCount += byteCount
        guard byteCount > reserveByteCount else { return }
        // It counts for those who have accounts already as for those who open one.
        let more = byteCount - reserveByteCount
        reserveByteCount = byteCount
        total.byteCount += 2 * more
        for source in Array(sources.keys) { sources[source]?.byteCount += more }
    }

    /// How many bytes may go to somebody now.
    package mutating func available(to source: DatagramAddress, now: Instant) -> Int {
        total.fill(upTo: 2 * reserveByteCount, share: Self.share, sent: sentByteCount, now: now)
        var account = sources[source] ?? Account(byteCount: reserveByteCount, sentByteCount: sentByteCount, looked: now)
        account.fill(upTo: reserveByteCount, share: 2 * Self.share, sent: sentByteCount, now: now)
        if sources[source] == nil, sources.count >= Self.sourceCountMax,
            let oldest = sources.min(by: { $0.value.looked < $1.value.looked })?.key
        {
            sources[oldest] = nil
        }
        sources[source] = account
        return max(0, min(total.byteCount, account.byteCount))
    }

    /// So many bytes go to somebody.
    package mutating func take(_ byteCount: Int, for source: DatagramAddress) {
        total.byteCount -= byteCount
        sources[source]?.byteCount -= byteCount
    }
}
