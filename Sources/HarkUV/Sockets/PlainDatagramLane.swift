internal import HarkWire

/// Datagrams through libuv, one by one: what works on every system.
@EventLoop
final class PlainDatagramLane: DatagramLane, UDPSocketReceiver {
    @exclusivity(unchecked) var port: DatagramPort?
    let socket: SocketDescriptor
    private let handle: UDPSocket

    init(boundTo address: SocketAddress) throws(UVError) {
        handle = try UDPSocket(boundTo: address)
        guard let descriptor = handle.descriptor else { throw .cancelled }
        socket = SocketDescriptor(descriptor)
        handle.receiver = self
    }

    /// libuv watches its sockets itself, and tells only whoever leaves datagrams with it what became of them.
    var canAwaitRoom: Bool { false }

    func setReceiving(_ isReceiving: Bool) throws(UVError) {
        if isReceiving { try handle.startReceiving() } else { handle.stopReceiving() }
    }

    func awaitRoom() throws(UVError) {}

    func send(_ batch: DatagramBatch, from first: Int) -> Int32 { batch.send(first, on: handle) }

    func close() {
        port = nil
        handle.close()
    }

    // MARK: UDPSocketReceiver

    package func received(_ datagram: UnsafeRawBufferPointer, from source: SocketAddress) {
        port?.laneReceived(datagram, segmentByteCount: datagram.count, from: DatagramAddress(source))
    }

    package func receiveFailed(_ error: UVError) {
        if error == .cancelled { port?.laneEnded() } else { port?.laneFailed(error) }
    }

    package func sent(_ error: UVError?) {}
}
