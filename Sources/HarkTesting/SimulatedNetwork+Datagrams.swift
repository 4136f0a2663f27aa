package import Hark
package import HarkWire

/// Datagrams in memory: lost, repeated and overtaken as the conditions say, each on its way to each receiver.
extension SimulatedNetwork: DatagramTransport {
    package func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket {
        var address = binding.address
        if address.port == 0 { address = address.with(port: UInt16(freshPort())) }
        let socket = SimulatedDatagramSocket(address, targets: binding.targets, in: self)
        add(socket)
        return socket
    }

    package func ownAddress(on interface: String?, isIPv6: Bool) throws(HarkError) -> DatagramAddress {
        isIPv6 ? DatagramAddress(ipv6: 0, 1, port: 0) : DatagramAddress(ipv4: 0x7F00_0001, port: 0)
    }

    package func interfaceNames(isIPv6: Bool) throws(HarkError) -> [String] { ["simulated"] }

    /// Brings a datagram to all who shall have it.
    func send(_ datagram: [UInt8], from source: SimulatedDatagramSocket, to target: DatagramAddress) {
        guard !isPartitioned else { return }
        for socket in datagramSockets where socket.hears(target) {
            if socket.loses() { continue }
            for _ in 0..<(drawDuplicate() ? 2 : 1) {
                after(drawDatagramLatency()) { [weak socket] in socket?.deliver(datagram, from: source.sourceAddress) }
            }
            // What is for one address has one receiver: the socket bound first.
            if !target.isMulticast { return }
        }
    }
}
