extension MulticastGroup {
    /// What native does so that everything arrives. Eventcast repairs messages of several datagrams, and no others.
    public struct Reliability: Sendable, Hashable {
        /// Where a member begins that comes later than others.
        public enum JoinPoint: String, Sendable, Hashable, CaseIterable {
            /// With the first event that begins after it has come.
            case live
            /// With the oldest event that the sender still keeps for repairs.
            case stored
        }

        /// Whether a sender waits for receivers.
        public enum FlowControl: String, Sendable, Hashable, CaseIterable {
            /// No: who is too slow loses events, and hears which.
            case none
            /// For the slowest of those that have `isTagged`.
            case slowestTagged
        }

        /// Where this member begins.
        public var joinPoint = JoinPoint.live

        /// Whether this member waits for receivers.
        public var flowControl = FlowControl.none

        /// Whether senders with `.slowestTagged` wait for this member.
        public var isTagged = false

        /// How many bytes are sent in a second at most; nil, the default, for as many as go.
        public var byteRate: Int?

        /// 8 MiB: what a sender keeps to repair what others have missed, in bytes.
        public var repairByteCount = 8 << 20

        /// 8 MiB: what a receiver keeps of messages that are not complete, and of what came too early, in bytes.
        public var reassemblyByteCount = 8 << 20

        /// The defaults.
        public init() {}
    }
}
