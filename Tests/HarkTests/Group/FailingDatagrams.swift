import Hark
import HarkWire

/// A network that is gone: its sockets take everything and send nothing, or take nothing.
@EventLoop
final class FailingDatagrams: DatagramTransport {
    private let takesNothing: Bool

    init(takingNothing takesNothing: Bool = false) { self.takesNothing = takesNothing }

    func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket {
        FailingSocket(binding.address, takesNothing)
    }

    func ownAddress(on interface: String?, isIPv6: Bool) throws(HarkError) -> DatagramAddress {
        DatagramAddress(ipv4: 0x7F00_0001, port: 0)
    }

    func interfaceNames(isIPv6: Bool) throws(HarkError) -> [String] { ["gone"] }
}

@EventLoop
private final class FailingSocket: DatagramSocket {
    var receiver: (any DatagramReceiver)?
    let localAddress: DatagramAddress
    let datagramByteCountMax = 1_472
    private let takesNothing: Bool

    init(_ address: DatagramAddress, _ takesNothing: Bool) {
        localAddress = address
        self.takesNothing = takesNothing
    }

    func join(_ group: DatagramAddress, from sources: [DatagramAddress], on interface: String?) throws(HarkError) {}

    func leave(_ group: DatagramAddress, on interface: String?) throws(HarkError) {}

    func startReceiving() throws(HarkError) {}

    func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSending {
        guard !takesNothing else { return DatagramSending(count: 0) }
        let count = runs.reduce(0) { $0 + $1.count }
        return DatagramSending(count: count, failedCount: count, error: HarkError(.system, "the network is gone"))
    }

    func close() { receiver = nil }
}
