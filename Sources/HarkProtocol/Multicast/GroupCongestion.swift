/// Who holds up the sending of this member, and by how much.
package struct GroupCongestion: Hashable, Sendable {
    /// The slowest receiver that is waited for; nil when nobody is waited for any more.
    package let member: GroupMember?
    /// What waits here, in bytes.
    package let queuedByteCount: Int

    package init(member: GroupMember?, queuedByteCount: Int) {
        self.member = member
        self.queuedByteCount = queuedByteCount
    }
}
