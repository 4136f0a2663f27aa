package import HarkWire

/// Where a datagram socket is bound, and how it sends.
package struct DatagramBinding: Sendable, Hashable {
    /// The address to bind; its port may be 0, which lets the system choose.
    package var address: DatagramAddress
    /// Where `DatagramTarget.group` goes: one group, or the members one by one.
    package var targets: [DatagramAddress]
    /// The interface to send to groups through: its name, number or address; nil lets the system choose.
    package var interface: String?
    /// How far multicasts get: 1 stays within the network.
    package var hopCount = 1
    /// How far what goes to one address gets, 1 at least; nil for as far as the system has it.
    package var unicastHopCount: Int?
    /// Whether members on this machine receive what is sent from here.
    package var isLoopingBack = true

    package init(_ address: DatagramAddress, targets: [DatagramAddress]) {
        self.address = address
        self.targets = targets
    }
}
