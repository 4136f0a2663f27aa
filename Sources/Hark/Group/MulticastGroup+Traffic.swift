internal import HarkProtocol

extension MulticastGroup {
    /// What has become of the datagrams of a member, since it was started last.
    public struct Traffic: Sendable, Hashable {
        /// Datagrams sent, repairs included.
        public var sentDatagramCount = 0
        /// The same in bytes.
        public var sentByteCount = 0
        /// Datagrams received, whoever had sent them.
        public var receivedDatagramCount = 0
        /// The same in bytes.
        public var receivedByteCount = 0
        /// Datagrams sent once more for somebody who had missed them.
        public var repairedDatagramCount = 0
        /// The same in bytes.
        public var repairedByteCount = 0
        /// Events of others that were lost for good, as far as is known.
        public var lostEventCount = 0
        /// What waits here to be sent, in bytes.
        public var queuedByteCount = 0

        init(_ statistics: GroupStatistics) {
            sentDatagramCount = statistics.sentDatagramCount
            sentByteCount = statistics.sentByteCount
            receivedDatagramCount = statistics.receivedDatagramCount
            receivedByteCount = statistics.receivedByteCount
            repairedDatagramCount = statistics.repairedDatagramCount
            repairedByteCount = statistics.repairedByteCount
            lostEventCount = statistics.lostEventCount
            queuedByteCount = statistics.queuedByteCount
        }
    }

    /// What has become of this member's datagrams; all zero while it is stopped.
    public var traffic: Traffic { Traffic(groupStatistics) }
}
