internal import HarkProtocol
internal import HarkWire

/// What a gateway has told its link, which may outlive the connection.
@EventLoop
class GatewaySession {
    /// The names and the number of events that were delivered to the link.
    @exclusivity(unchecked) final var outgoing = NativeOutgoing()

    /// How many of the link's events are done.
    @exclusivity(unchecked) final var processedCount: UInt64 = 0

    init() {
        // What is too long was refused on the wire.
        outgoing.limits.frameByteCount = FrameHeader.bodyByteCountMax
    }
}
