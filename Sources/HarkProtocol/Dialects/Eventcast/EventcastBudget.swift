package import HarkWire

/// How many bytes of what was sent may be sent once more: for all who ask together, and for each host that does.
///
/// A quarter of what was sent, so that those who lose much, or pretend to, do not take the network from the others; and
/// a reserve in which the longest message sent so far fits as a whole, so that it can be repaired even when nearly all
/// of it was lost.
///
/// It counts by host and not by port: whoever asks in the name of a host can write any port on it.
package struct EventcastBudget: Sendable {
    /// 256 KiB of reserve for each host at least: two messages of 100 KB. With half of it, events are lost where one
    /// datagram in seven is.
    package static let reserveByteCountMin = 256 << 10
    /// 8 bytes in a millisecond by which the reserve fills again while nothing is sent: it takes half a minute.
    static let byteCountPerMillisecond = 8
    /// 256 hosts that ask, some 60 bytes each. The one that has not asked for longest gives way.
    static let hostCountMax = 256
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
    /// Their ports are 0.
    private var hosts: [DatagramAddress: Account] = [:]

    package init() {}

    /// A message was sent, in segments of so many bytes together.
    package mutating func sent(_ byteCount: Int) {
        sentByteCount += byteCount
        guard byteCount > reserveByteCount else { return }
        // It counts for those who have accounts already as for those who open one.
        let more = byteCount - reserveByteCount
        reserveByteCount = byteCount
        total.byteCount += 2 * more
        for host in Array(hosts.keys) { hosts[host]?.byteCount += more }
    }

    /// How many bytes may go to somebody now.
    package mutating func available(to address: DatagramAddress, now: Instant) -> Int {
        let host = address.with(port: 0)
        total.fill(upTo: 2 * reserveByteCount, share: Self.share, sent: sentByteCount, now: now)
        var account = hosts[host] ?? Account(byteCount: reserveByteCount, sentByteCount: sentByteCount, looked: now)
        account.fill(upTo: reserveByteCount, share: 2 * Self.share, sent: sentByteCount, now: now)
        if hosts[host] == nil, hosts.count >= Self.hostCountMax,
            let oldest = hosts.min(by: { $0.value.looked < $1.value.looked })?.key
        {
            hosts[oldest] = nil
        }
        hosts[host] = account
        return max(0, min(total.byteCount, account.byteCount))
    }

    /// So many bytes go to somebody.
    package mutating func take(_ byteCount: Int, for address: DatagramAddress) {
        total.byteCount -= byteCount
        hosts[address.with(port: 0)]?.byteCount -= byteCount
    }
}
