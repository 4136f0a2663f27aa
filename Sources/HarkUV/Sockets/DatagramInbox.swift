internal import CHarkSockets
internal import HarkWire

/// Memory to receive datagrams into. All ports of the loop share it: what is in there is valid until the next of them
/// receives.
package final class DatagramInbox {
    /// 16 messages with one call.
    private static let messageCount = 16

    /// 65 536 bytes: the longest datagram, and the longest run of them, fits.
    private static let messageByteCount = 65_536

    /// The one that is shared. It has 1 MiB, which the system gives as far as something arrives in it.
    @EventLoop static let shared = DatagramInbox()

    let messageCountMax: Int
    private let memory: OpaquePointer

    /// - Parameter messageByteCount: longer ones are cut off, and therefore dropped.
    package init(messageCount: Int = messageCount, messageByteCount: Int = messageByteCount) {
        guard let memory = hark_incoming_make(Int32(messageCount), messageByteCount) else {
            preconditionFailure("no memory to receive into")
        }
        self.memory = memory
        messageCountMax = messageCount
    }

    deinit { hark_incoming_free(memory) }

    /// Receives what is there.
    ///
    /// - Returns: how many messages, or an error.
    func receive(from socket: SocketDescriptor, isOneByOne: Bool) -> Int32 {
        hark_incoming_receive(memory, socket.number, isOneByOne)
    }

    /// A message received with the last call.
    func arrival(_ index: Int) -> hark_arrival { hark_incoming_arrival(memory, Int32(index)) }
}
