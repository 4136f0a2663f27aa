internal import HarkProtocol
internal import HarkUV

/// How much a gateway delivers that its link has not processed. The rest waits where the other side notices it: the
/// wires of older libraries have no window.
@EventLoop
struct GatewayWindow {
    /// 16 384 events that the link has not processed, or a quarter of its window if that is less.
    private static let eventCountMax = 1 << 14

    /// 8 MiB of answers that the other side does not take: twice the acknowledgements of a whole window, so that two
    /// sides which keep to one never wait for each other. What the link has written is less, and leaves first.
    private static let answerByteCountMax = 8 << 20

    private let eventCountMax: UInt64
    private let byteCountMax: Int

    init(_ limits: Limits) {
        eventCountMax = UInt64(max(1, min(Self.eventCountMax, limits.windowEventCount / 4)))
        byteCountMax = max(1, limits.windowByteCount / 4)
    }

    /// Whether the other side has to wait.
    ///
    /// - Parameter outputByteCount: what waits for the wire.
    func isOverrun(_ session: GatewaySession, outputByteCount: Int) -> Bool {
        session.outgoing.unacknowledgedCount > eventCountMax || session.unprocessedByteCount > byteCountMax
            || outputByteCount > Self.answerByteCountMax
    }
}
