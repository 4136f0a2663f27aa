internal import HarkProtocol
internal import HarkWire

/// What there is once something was sent. Most peers of a large server only listen, and what is emitted to them is
/// rare.
final class OutletSending {
    /// What is sent and not acknowledged yet, and what waits to be sent.
    @exclusivity(unchecked) var buffer: NativeSendBuffer
    /// The writer's mark when the session began.
    @exclusivity(unchecked) var sessionMark: UInt64 = 0

    var volatileCount = 0
    /// Events that were sent and not acknowledged, and those that were not sent, when the outlet was closed.
    var unknownCount = 0
    var unsentCount = 0

    /// Where the events come from that go to all peers of a server.
    @exclusivity(unchecked) unowned var broadcast: BroadcastOutlet?
    /// Events there up to here are written here.
    @exclusivity(unchecked) var position = BroadcastOutlet.Position()

    init(_ pool: ChunkPool) { buffer = NativeSendBuffer(pool: pool) }
}
