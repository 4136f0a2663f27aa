import Hark
import HarkWire

/// Another network, and what sockets it was asked for.
@EventLoop
final class RecordingDatagrams: DatagramTransport {
    private let network: any DatagramTransport
    private(set) var bindings: [DatagramBinding] = []

    init(_ network: any DatagramTransport) { self.network = network }

    func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket {
        bindings.append(binding)
        return try network.open(binding)
    }

    func ownAddress(on interface: String?, isIPv6: Bool) throws(HarkError) -> DatagramAddress {
        try network.ownAddress(on: interface, isIPv6: isIPv6)
    }

    func interfaceNames(isIPv6: Bool) throws(HarkError) -> [String] { try network.interfaceNames(isIPv6: isIPv6) }
}
