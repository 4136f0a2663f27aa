package import HarkWire

/// Hears what happens on a datagram port.
@EventLoop
package protocol DatagramPortReceiver: AnyObject {
    /// Datagrams of one source have arrived, one behind the other, each `segmentByteCount` bytes long and the last one
    /// perhaps shorter. They are valid during the call. No bytes are one empty datagram.
    func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress)

    /// There is room again, after a `send` that did not take all.
    func portHasRoom()

    /// One could not be received; the next one may. `UVError.cancelled` when the loop ends, and the port with it.
    func receiveFailed(_ error: UVError)
}
