internal import HarkProtocol
internal import HarkWire

/// What a gateway has told its link, which may outlive the connection.
@EventLoop
class GatewaySession {
    /// The names and the number of events that were delivered to the link.
    @exclusivity(unchecked) final var outgoing = NativeOutgoing()

    /// How many of the link's events are done.
    @exclusivity(unchecked) final var doneCount: UInt64 = 0

    /// About how many bytes of events the link has not processed.
    @exclusivity(unchecked) final var unprocessedByteCount = 0

    init() {
        // What is too long was refused on the wire.
        outgoing.limits.frameByteCount = FrameHeader.bodyByteCountMax
    }

    /// The link has processed `count` more events.
    final func acknowledge(_ count: UInt64) throws(NativeViolation) {
        let before = outgoing.unacknowledgedCount
        try outgoing.acknowledge(count)
        settle(before)
    }

    /// The link goes on after a lost connection: it has received `received` of its events, and processed `processed`.
    ///
    /// - Returns: how many of those that were sent it has not received, and how many it has processed that were not
    ///   known to be.
    final func resume(received: UInt64, processed: UInt64) -> (lost: Int, processed: Int) {
        let lost = outgoing.sentCount > received ? outgoing.sentCount - received : 0
        let before = outgoing.unacknowledgedCount
        outgoing.setSentCount(outgoing.sentCount - lost)
        let count = (try? outgoing.resume(from: processed)) ?? 0
        settle(before)
        return (Int(lost), Int(count))
    }

    /// Events are taken for equally long: who knows each by itself pays for each.
    private func settle(_ before: UInt64) {
        let after = outgoing.unacknowledgedCount
        guard before > 0, after > 0 else {
            unprocessedByteCount = 0
            return
        }
        unprocessedByteCount = Int(Double(unprocessedByteCount) * Double(after) / Double(before))
    }
}
