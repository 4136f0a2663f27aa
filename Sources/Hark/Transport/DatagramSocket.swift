package import HarkUV
package import HarkWire

/// A datagram socket. Whoever opened it closes it one day. No call waits, and none calls the receiver before it has
/// returned.
@EventLoop
package protocol DatagramSocket: AnyObject {
    /// Hears what happens here. Set it before `startReceiving`.
    var receiver: (any DatagramReceiver)? { get set }

    /// The address really bound.
    var localAddress: DatagramAddress { get }

    /// The longest datagram that the way to the group carries in one piece, in bytes: that of the interface, without
    /// the headers of IP and UDP.
    var datagramByteCountMax: Int { get }

    /// Receives what is sent to `group` through an interface: its name, number or address; nil lets the system choose.
    /// Joining again is not an error, and joins again what was lost with an interface.
    ///
    /// - Parameter sources: whose datagrams are wanted; everybody's when there are none. Others' may arrive all the
    ///   same.
    func join(_ group: DatagramAddress, from sources: [DatagramAddress], on interface: String?) throws(HarkError)

    /// Receives it no more. Leaving what was not joined is not an error.
    func leave(_ group: DatagramAddress, on interface: String?) throws(HarkError)

    func startReceiving() throws(HarkError)

    /// Sends as many of the datagrams as go at once, in order.
    ///
    /// - Returns: how many were taken. When fewer than all, `receiver.socketHasRoom` is called later.
    func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSending

    /// Ends it now. Nothing is called back afterwards.
    func close()
}

/// The side of a datagram socket that Hark implements and a transport calls, on the loop.
@EventLoop
package protocol DatagramReceiver: AnyObject {
    /// Datagrams of one source have arrived, one behind the other, each `segmentByteCount` bytes long and the last one
    /// perhaps shorter. They are valid during the call. No bytes are one empty datagram.
    func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress)

    /// The socket takes datagrams again.
    func socketHasRoom()

    /// One could not be received; the next one may.
    func receiveFailed(_ error: HarkError)
}
