/// How a member of a native group behaves. All members share `group`; the rest is each one's own affair.
package struct NativeGroupSettings: Sendable {
    /// For whom a sender waits.
    package enum FlowControl: Hashable, Sendable {
        /// For nobody: who cannot follow loses, and is told how much.
        case none
        /// For the slowest of those receivers that are tagged.
        case slowestTagged
    }

    /// From where on a member hears another one.
    package enum JoinPoint: Hashable, Sendable {
        /// From the first event that begins after the other one was heard.
        case live
        /// From the oldest event that the other one still has.
        case stored
    }

    /// 1 472 bytes: an Ethernet frame without the headers of IPv4 and UDP.
    package static let datagramByteCountDefault = 1_472
    /// 512 bytes: what the longest name and the headers take, and some of an event.
    package static let datagramByteCountMin = 512
    /// 65 507 bytes: more does not fit a datagram of IPv4.
    package static let datagramByteCountMax = 65_507
    /// 8 MiB: what a sender on a gigabit network sends within 70 ms, and a receiver notices a loss within a few.
    package static let repairByteCountDefault = 8 << 20
    /// 1 MiB: the longest event, as on a stream.
    package static let messageByteCountDefault = 1 << 20
    /// 8 MiB: what all receivers' windows and unfinished events may take.
    package static let windowByteCountDefault = 8 << 20
    /// 1 024 members, about 1 KiB each.
    package static let memberCountDefault = 1_024
    /// 255 bytes: the longest event name, as on a stream.
    package static let nameByteCountMax = 255
    /// 3 000 ms: what has not been repaired until then is given up.
    package static let recoveryDefault: UInt64 = 3_000
    /// 86 400 000 ms, a day: no store keeps anything for longer.
    package static let recoveryMax: UInt64 = 86_400_000
    /// 1 000 ms between signs of life.
    package static let heartbeatDefault: UInt64 = 1_000
    /// 4 ms from the last datagram to the first heartbeat behind it: what tells that this last one was lost.
    package static let tailDefault: UInt64 = 4
    /// 5 ms until a round trip was measured: what a busy local network needs.
    package static let roundTripDefault: UInt64 = 5
    /// 25 of a hundred bytes.
    package static let repairPercentDefault = 25

    /// A number that all members have and nobody else on this port. Datagrams of other groups are passed over.
    package var group: UInt32
    /// The longest datagram, in bytes, without the headers of IP and UDP.
    package var datagramByteCount = datagramByteCountDefault
    /// What is kept to be sent again, and what waits to be sent, together, in bytes.
    package var repairByteCount = repairByteCountDefault
    /// What may wait to be sent, in bytes: half of `repairByteCount` at most.
    package var queueByteCount = repairByteCountDefault / 2
    /// The longest event, in bytes, sent or received.
    package var messageByteCount = messageByteCountDefault
    /// What all datagrams that wait for a missing one may take, and unfinished events, in bytes.
    package var windowByteCount = windowByteCountDefault
    /// How many members are known at a time.
    package var memberCount = memberCountDefault
    /// Bytes a second that leave at most; nil for no limit.
    package var byteRate: Int?
    /// Bytes that may leave at once when there is such a limit.
    package var burstByteCount = 64 << 10
    /// Bytes sent again, of a hundred that were sent.
    package var repairPercent = repairPercentDefault
    /// In milliseconds.
    package var recovery = recoveryDefault
    /// In milliseconds.
    package var heartbeat = heartbeatDefault
    /// In milliseconds.
    package var tail = tailDefault
    /// In milliseconds.
    package var roundTrip = roundTripDefault
    /// How many members there are at least, for whoever knows better than what was heard so far.
    package var expectedMemberCount = 1
    package var flowControl = FlowControl.none
    package var joinPoint = JoinPoint.live
    /// Whether senders that wait for tagged receivers wait for this one.
    package var isTagged = false
    /// Whether the group is a list of addresses: what concerns one member is sent to that one only.
    package var isUnicast = false

    package init(group: UInt32) { self.group = group }

    /// The same, with every number where it makes sense.
    func settled() -> NativeGroupSettings {
        var settings = self
        settings.datagramByteCount = min(max(datagramByteCount, Self.datagramByteCountMin), Self.datagramByteCountMax)
        settings.repairByteCount = min(max(repairByteCount, 8 * settings.datagramByteCount), Int(UInt32.max))
        settings.queueByteCount = min(max(queueByteCount, settings.datagramByteCount), settings.repairByteCount / 2)
        settings.messageByteCount = min(max(messageByteCount, 0), settings.queueByteCount)
        settings.burstByteCount = max(burstByteCount, settings.datagramByteCount)
        settings.memberCount = max(memberCount, 1)
        settings.recovery = min(recovery, Self.recoveryMax)
        settings.heartbeat = max(heartbeat, 10)
        settings.tail = max(tail, 1)
        settings.roundTrip = max(roundTrip, 1)
        return settings
    }
}
