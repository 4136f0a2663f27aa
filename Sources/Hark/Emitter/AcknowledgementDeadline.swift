/// How long to wait until the other side has processed an event.
public struct AcknowledgementDeadline: Sendable, Hashable {
    let duration: Duration

    /// So long. The event is sent nevertheless when the time is over.
    public static func within(_ duration: Duration) -> AcknowledgementDeadline {
        AcknowledgementDeadline(duration: duration)
    }
}
