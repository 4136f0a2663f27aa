internal import Hark
internal import HarkUV
internal import HarkWire

/// A datagram socket in a simulated network. All are on one machine, unless their addresses say otherwise.
@EventLoop
final class SimulatedDatagramSocket: DatagramSocket {
    var receiver: (any DatagramReceiver)?
    let localAddress: DatagramAddress
    /// 1 472 bytes, as on Ethernet.
    let datagramByteCountMax = 1_472

    private let targets: [DatagramAddress]
    private weak var network: SimulatedNetwork?
    private var groups: Set<DatagramAddress> = []
    private var isReceiving = false
    private var lostCount = 0

    init(_ address: DatagramAddress, targets: [DatagramAddress], in network: SimulatedNetwork) {
        localAddress = address
        self.targets = targets
        self.network = network
    }

    func join(_ group: DatagramAddress, from sources: [DatagramAddress], on interface: String?) throws(HarkError) {
        groups.insert(group.with(port: 0))
    }

    func leave(_ group: DatagramAddress, on interface: String?) throws(HarkError) {
        groups.remove(group.with(port: 0))
    }

    func startReceiving() throws(HarkError) { isReceiving = true }

    func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSending {
        var sending = DatagramSending(count: 0)
        for run in runs {
            for index in 0..<run.count {
                send(Array(run[index]), to: run.target)
                sending.count += 1
            }
        }
        return sending
    }

    private func send(_ datagram: [UInt8], to target: DatagramTarget) {
        switch target {
        case .group: for target in targets { network?.send(datagram, from: self, to: target) }
        case .address(let address): network?.send(datagram, from: self, to: address)
        }
    }

    func close() {
        receiver = nil
        network?.remove(self)
    }

    // MARK: For the network

    /// Where its datagrams come from.
    var sourceAddress: DatagramAddress {
        guard localAddress.high == 0, localAddress.low == 0 else { return localAddress }
        return DatagramAddress(ipv4: 0x7F00_0001, port: localAddress.port)
    }

    /// Whether what is sent to `target` arrives here.
    func hears(_ target: DatagramAddress) -> Bool {
        guard isReceiving, target.port == localAddress.port else { return false }
        return target.isMulticast ? groups.contains(target.with(port: 0)) : target == sourceAddress
    }

    /// Whether the next datagram is lost on its way here.
    func loses() -> Bool {
        if lostCount == 0 { lostCount = network?.drawLoss() ?? 0 }
        guard lostCount > 0 else { return false }
        lostCount -= 1
        return true
    }

    func deliver(_ datagram: [UInt8], from source: DatagramAddress) {
        network?.note(3, UInt64(datagram.count), UInt64(localAddress.port))
        datagram.withUnsafeBytes { receiver?.received($0, segmentByteCount: datagram.count, from: source) }
    }
}
