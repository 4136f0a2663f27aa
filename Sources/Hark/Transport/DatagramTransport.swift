package import HarkUV
package import HarkWire

/// Opens datagram sockets: of the system, or in a simulated network. All calls come on the loop.
@EventLoop
package protocol DatagramTransport: AnyObject, Sendable {
    /// Opens a socket. It does not receive yet.
    ///
    /// - Throws: when the address cannot be bound; the error says why and what to do.
    func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket

    /// The address, its port 0, at which others find who sends through an interface: its name, number or address; nil
    /// for the system's choice.
    ///
    /// - Throws: `.invalidOptions` when there is no such interface.
    func ownAddress(on interface: String?, isIPv6: Bool) throws(HarkError) -> DatagramAddress

    /// The interfaces that are up and have an address of the family.
    func interfaceNames(isIPv6: Bool) throws(HarkError) -> [String]
}
