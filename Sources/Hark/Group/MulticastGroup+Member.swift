internal import HarkProtocol
internal import HarkUV
internal import HarkWire

extension MulticastGroup {
    /// Another member of the group, as its datagrams show it.
    public struct Member: Sendable, Hashable, CustomStringConvertible {
        private let member: GroupMember

        init(_ member: GroupMember) { self.member = member }

        /// The name that the member has given itself.
        public var id: String { member.id }

        /// Where its datagrams come from.
        public var endpoint: Endpoint { Endpoint(member.address) }

        /// What its operating system calls its host; empty where the wire does not tell.
        public var hostname: String { member.hostname }

        /// Its id.
        public var description: String { member.id }
    }

    /// Events of one member that were lost for good.
    public struct Loss: Sendable, Hashable {
        /// Who had sent them.
        public let member: Member
        /// How many; nil where the wire does not tell.
        public let eventCount: Int?
        /// How many datagrams were missing, as far as is known.
        public let datagramCount: Int

        init(_ loss: GroupLoss) {
            member = Member(loss.member)
            eventCount = loss.eventCount
            datagramCount = loss.datagramCount
        }
    }

    /// A receiver that holds up what this member sends.
    public struct Congestion: Sendable, Hashable {
        /// The slowest of those that are waited for; nil when nobody is waited for any more.
        public let member: Member?
        /// What waits to be sent, in bytes.
        public let queuedByteCount: Int

        init(_ congestion: GroupCongestion) {
            member = congestion.member.map { Member($0) }
            queuedByteCount = congestion.queuedByteCount
        }
    }
}
