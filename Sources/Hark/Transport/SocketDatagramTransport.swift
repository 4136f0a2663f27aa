package import HarkUV
internal import HarkWire

/// UDP sockets of the loop.
@EventLoop
package final class SocketDatagramTransport: DatagramTransport {
    package static nonisolated let shared = SocketDatagramTransport()

    private nonisolated init() {}

    package func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket {
        try SocketDatagrams(binding)
    }
}

/// One of them.
@EventLoop
private final class SocketDatagrams: DatagramSocket, UDPSocketReceiver {
    var receiver: (any DatagramReceiver)?
    private let socket: UDPSocket
    private let targets: [SocketAddress]
    private let pool = ChunkPool()
    let localAddress: DatagramAddress
    let datagramByteCountMax = 1_472

    init(_ binding: DatagramBinding) throws(HarkError) {
        targets = binding.targets.map { SocketAddress($0) }
        do throws(UVError) {
            socket = try UDPSocket(boundTo: SocketAddress(binding.address))
            if let text = binding.interface { try socket.setMulticastInterface(try Self.interface(text)) }
            try socket.setMulticastHops(binding.hopCount)
            try socket.setMulticastLoopback(binding.isLoopingBack)
            guard let address = socket.localAddress else { throw .addressNotAvailable }
            localAddress = DatagramAddress(address)
        } catch {
            throw HarkError(listeningOn: Endpoint(binding.address), error)
        }
        socket.receiver = self
    }

    private static func interface(_ text: String) throws(UVError) -> NetworkInterface {
        guard let interface = NetworkInterface.find(text, among: try NetworkInterface.all()) else {
            throw .addressNotAvailable
        }
        return interface
    }

    func join(_ group: DatagramAddress, on interface: String?) throws(HarkError) {
        do throws(UVError) {
            try socket.join(
                SocketAddress(group), on: try interface.map { (text) throws(UVError) in try Self.interface(text) })
        } catch { throw HarkError(listeningOn: Endpoint(group), error) }
    }

    func leave(_ group: DatagramAddress, on interface: String?) throws(HarkError) {}

    func startReceiving() throws(HarkError) {
        do throws(UVError) { try socket.startReceiving() } catch { throw HarkError(reading: error) }
    }

    func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSending {
        var sending = DatagramSending(count: 0)
        for run in runs {
            for index in 0..<run.count {
                let targets = if case .address(let address) = run.target { [SocketAddress(address)] } else { targets }
                for target in targets {
                    do throws(UVError) {
                        guard try socket.trySend(run[index], to: target) else { return sending }
                    } catch {
                        sending.failedCount += 1
                        sending.error = HarkError(writing: error)
                    }
                }
                sending.count += 1
            }
        }
        return sending
    }

    func close() { socket.close() }

    func received(_ datagram: UnsafeRawBufferPointer, from source: SocketAddress) {
        receiver?.received(datagram, segmentByteCount: datagram.count, from: DatagramAddress(source))
    }
    func receiveFailed(_ error: UVError) { receiver?.receiveFailed(HarkError(reading: error)) }
    func sent(_ error: UVError?) {}
}

extension Endpoint {
    init(_ address: DatagramAddress) { self = .udp(address.host, port: Int(address.port)) }
}
