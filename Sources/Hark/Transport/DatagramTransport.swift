package import HarkUV

/// Opens datagram sockets: of the system, or in a simulated network. All calls come on the loop.
@EventLoop
package protocol DatagramTransport: AnyObject, Sendable {
    /// Opens a socket. It does not receive yet.
    ///
    /// - Throws: when the address cannot be bound; the error says why and what to do.
    func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket
}
