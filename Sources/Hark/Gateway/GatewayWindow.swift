internal import HarkProtocol
internal import HarkUV

/// How much a gateway reads ahead of its link. The rest waits where the other side notices it: the wires of older
/// libraries have no window.
@EventLoop
struct GatewayWindow {
    /// 16 384 events whose work goes on, or the link's window if that is less.
    private static let workCountMax = 1 << 14

    /// 8 MiB of answers that the other side does not take: twice the acknowledgements of a whole window, likewise. What
    /// the link has written is less, and leaves first.
    private static let answerByteCountMax = 8 << 20

    private let workCountMax: UInt64
    /// Two windows of events of which the link cannot tell that it has processed them, because the other side takes
    /// nothing. Two sides that keep to a window never wait for each other.
    private let untoldCountMax: UInt64
    /// Two windows of the link: who waits in a listener for an acknowledgement may have one under way.
    private let workByteCountMax: Int

    init(_ limits: Limits) {
        workCountMax = UInt64(max(1, min(Self.workCountMax, limits.windowEventCount)))
        untoldCountMax = UInt64(max(1, limits.windowEventCount)) * 2
        workByteCountMax = max(1, limits.windowByteCount) * 2
    }

    /// Whether the other side has to wait.
    ///
    /// - Parameters:
    ///   - isWorkDeferred: whether the work of events goes on after their listeners have returned.
    ///   - outputByteCount: what waits for the wire.
    func isOverrun(_ session: GatewaySession, isWorkDeferred: Bool, outputByteCount: Int) -> Bool {
        let count = session.outgoing.unacknowledgedCount
        let isMuch = count > workCountMax || session.unprocessedByteCount > workByteCountMax
        return isMuch && isWorkDeferred || count > untoldCountMax || outputByteCount > Self.answerByteCountMax
    }
}
