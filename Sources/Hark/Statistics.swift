/// What has become of all events that an emitter was given, and how many it has received.
///
/// The account is exact at any moment: `emitted` is the sum of `acknowledged`, `written`, `volatile`, `inFlight`,
/// `unknown` and all of `dropped`. A server's is the sum of its peers', of those that are gone as well; one event for
/// three peers counts three times there.
public struct Statistics: Sendable, Hashable {
    /// Events that were emitted. What other threads have emitted and the loop has not taken yet is not counted yet.
    public var emitted = 0

    /// Events that the other side has processed: its listeners have returned.
    public var acknowledged = 0

    /// Events that were handed to a connection on whose wire nobody acknowledges: that they have arrived is likely, not
    /// known.
    public var written = 0

    /// Volatile events that have left. Nobody acknowledges those.
    public var volatile = 0

    /// Events that wait, for a connection or for their acknowledgement. They are kept and, if need be, sent again.
    public var inFlight = 0

    /// Events that were sent, and whose emitter closed or lost its session before they were acknowledged. They may have
    /// been processed or not.
    public var unknown = 0

    /// Events that were never sent, by reason.
    public var dropped: [DropReason: Int] = [:]

    /// Events that were received, those that came again in another session included.
    public var received = 0

    /// Nothing has happened.
    public init() {}

    /// Adds another emitter's.
    public static func += (sum: inout Statistics, other: Statistics) {
        sum.emitted += other.emitted
        sum.acknowledged += other.acknowledged
        sum.written += other.written
        sum.volatile += other.volatile
        sum.inFlight += other.inFlight
        sum.unknown += other.unknown
        sum.dropped.merge(other.dropped) { $0 + $1 }
        sum.received += other.received
    }
}
