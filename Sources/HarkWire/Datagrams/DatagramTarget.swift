/// Who shall receive a datagram.
package enum DatagramTarget: Hashable, Sendable {
    /// All members: the group's address, or each of the addresses that stand for it.
    case group
    case address(DatagramAddress)
}
