package import HarkWire

/// Who has sent something to the group. Does not change: a member about which something has changed is another object.
package final class GroupMember: Hashable, Sendable {
    /// The name that the member has given itself, unique within the group.
    package let id: String
    /// Where its datagrams come from.
    package let address: DatagramAddress
    /// What its operating system calls its host; empty where the wire does not tell.
    package let hostname: String

    package init(id: String, address: DatagramAddress, hostname: String = "") {
        self.id = id
        self.address = address
        self.hostname = hostname
    }

    package static func == (a: GroupMember, b: GroupMember) -> Bool {
        a === b || (a.id == b.id && a.address == b.address && a.hostname == b.hostname)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(address)
    }
}
