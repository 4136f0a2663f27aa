internal import CHarkSockets
package import HarkWire

/// Datagrams, or runs of them, on their way to the kernel: as many as one call takes. Their bytes are lent.
package final class DatagramBatch {
    /// 64: what a call costs is small beside what so many cost.
    package static let countMax = HARK_OUTGOING_MAX

    private let memory = hark_outgoing_make()
    package private(set) var count = 0

    package init() {}

    deinit { hark_outgoing_free(memory) }

    package func removeAll() { count = 0 }

    /// Adds a message.
    ///
    /// - Parameter segmentByteCount: what the kernel cuts it by; 0 when it is one datagram.
    func append(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, to target: DatagramAddress) {
        hark_outgoing_set(memory, Int32(count), bytes.baseAddress, bytes.count, segmentByteCount, target.numbers)
        count += 1
    }

    /// The bytes of a message.
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        var byteCount = 0
        let start = hark_outgoing_bytes(memory, Int32(index), &byteCount)
        return UnsafeRawBufferPointer(start: start, count: byteCount)
    }

    /// Where a message goes.
    package func target(_ index: Int) -> DatagramAddress {
        guard let address = hark_outgoing_target(memory, Int32(index)) else {
            preconditionFailure("a message without a target")
        }
        return DatagramAddress(hark_address_load(address))
    }

    /// Sends the messages from `first` on.
    ///
    /// - Returns: how many were sent, or the error of the first one.
    func send(from first: Int, on socket: SocketDescriptor, isOneByOne: Bool) -> Int32 {
        hark_outgoing_send(memory, socket.number, Int32(first), Int32(count - first), isOneByOne)
    }

    /// Sends one message through libuv.
    @EventLoop
    func send(_ index: Int, on socket: UDPSocket) -> Int32 {
        guard let target = hark_outgoing_target(memory, Int32(index)) else { return UVError.invalid.code }
        return socket.trySend(bytes(index), toAddressAt: target)
    }
}
