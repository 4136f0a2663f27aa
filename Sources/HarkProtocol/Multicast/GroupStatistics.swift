/// What has become of a member's events and datagrams.
package struct GroupStatistics: Hashable, Sendable {
    /// Events that have left, each once however many datagrams it took.
    package var sentEventCount = 0
    /// Events that wait here to be sent.
    package var queuedEventCount = 0
    /// What waits here to be sent, in bytes.
    package var queuedByteCount = 0
    /// Events that were stopped before they had left.
    package var unsentEventCount = 0
    /// Events that were delivered.
    package var receivedEventCount = 0
    /// Events of others that were lost, as far as is known.
    package var lostEventCount = 0

    package var sentDatagramCount = 0
    package var sentByteCount = 0
    package var receivedDatagramCount = 0
    package var receivedByteCount = 0
    /// Datagrams sent once more for somebody who asked.
    package var repairedDatagramCount = 0
    package var repairedByteCount = 0
    /// Requests for repairs that this member has sent, and those it has received.
    package var sentRequestCount = 0
    package var receivedRequestCount = 0
    /// What was refused, by reason.
    package var refused: [GroupRefusal.Reason: Int] = [:]

    package init() {}

    /// Counts events of others that were lost. Whoever writes in a member's name may claim any number of them: beyond
    /// 2^61 it makes no difference.
    package mutating func addLost(_ eventCount: Int) {
        let countMax = 1 << 61
        lostEventCount = min(lostEventCount, countMax) + min(eventCount, countMax)
    }

    /// Adds those of another stay in the group.
    package static func += (sum: inout GroupStatistics, other: GroupStatistics) {
        sum.sentEventCount += other.sentEventCount
        sum.queuedEventCount += other.queuedEventCount
        sum.queuedByteCount += other.queuedByteCount
        sum.unsentEventCount += other.unsentEventCount
        sum.receivedEventCount += other.receivedEventCount
        sum.addLost(other.lostEventCount)
        sum.sentDatagramCount += other.sentDatagramCount
        sum.sentByteCount += other.sentByteCount
        sum.receivedDatagramCount += other.receivedDatagramCount
        sum.receivedByteCount += other.receivedByteCount
        sum.repairedDatagramCount += other.repairedDatagramCount
        sum.repairedByteCount += other.repairedByteCount
        sum.sentRequestCount += other.sentRequestCount
        sum.receivedRequestCount += other.receivedRequestCount
        sum.refused.merge(other.refused) { $0 + $1 }
    }
}
