import HarkUV
import HarkWire
import Testing

/// A port that remembers what it has received.
@EventLoop
final class DatagramMember: DatagramPortReceiver {
    let port: DatagramPort
    /// Datagram by datagram.
    let arrivals = Journal<(bytes: [UInt8], source: DatagramAddress)>()
    /// How many datagrams came with one call.
    private(set) var runCounts: [Int] = []
    let rooms = Journal<Void>()
    let failures = Journal<UVError>()
    /// For tests that ask what has come since.
    var seenCount = 0
    var onArrival: (() -> Void)?
    var onEnd: (() -> Void)?

    init(_ port: DatagramPort) throws {
        self.port = port
        port.receiver = self
        try port.startReceiving()
    }

    convenience init(
        _ host: String = "127.0.0.1", port: UInt16 = 0, targets: [DatagramAddress] = [], interface: String? = nil,
        path: DatagramPath = .fastest
    ) throws {
        let address = try #require(DatagramAddress(numeric: host, port: port))
        try self.init(
            DatagramPort(boundTo: address, targets: targets, interface: interface, hopCount: 0, path: path))
    }

    var address: DatagramAddress { port.localAddress }

    func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress) {
        let run =
            bytes.isEmpty
            ? DatagramRun(bytes, to: .group) : DatagramRun(bytes, segmentByteCount: segmentByteCount, to: .group)
        runCounts.append(run.count)
        for index in 0..<run.count { arrivals.add((Array(run[index]), source)) }
        onArrival?()
    }

    func portHasRoom() { rooms.add(()) }
    func receiveFailed(_ error: UVError) {
        failures.add(error)
        if error == .cancelled { onEnd?() }
    }

    /// Sends `bytes` as datagrams of `segmentByteCount`.
    @discardableResult
    func send(
        _ bytes: [UInt8], segmentByteCount: Int? = nil, to target: DatagramTarget
    ) -> DatagramSendResult {
        bytes.withUnsafeBytes {
            port.send([DatagramRun($0, segmentByteCount: segmentByteCount ?? $0.count, to: target)])
        }
    }

    func close() {
        port.close()
        // What they hold may hold this.
        (onArrival, onEnd) = (nil, nil)
    }
}
