/// Events that were lost, all of one member.
package struct GroupLoss: Hashable, Sendable {
    package let member: GroupMember
    /// How many events; nil where the wire does not tell.
    package let eventCount: Int?
    /// How many datagrams, as far as is known.
    package let datagramCount: Int

    package init(member: GroupMember, eventCount: Int?, datagramCount: Int) {
        self.member = member
        self.eventCount = eventCount
        self.datagramCount = datagramCount
    }
}
