/// What a port needs of a socket, whichever way datagrams take.
@EventLoop
protocol DatagramLane: AnyObject {
    /// Hears what happens. Kept until the lane is closed.
    var port: DatagramPort? { get set }

    /// For options; the lane owns it.
    var socket: SocketDescriptor { get }

    /// Whether `awaitRoom` is answered by the system, and not only by time.
    var canAwaitRoom: Bool { get }

    /// Receives, or does not.
    func setReceiving(_ isReceiving: Bool) throws(UVError)

    /// Calls `port.laneHasRoom` once when the socket is writable.
    func awaitRoom() throws(UVError)

    /// Sends messages of a batch.
    ///
    /// - Returns: how many, or the error of the first one.
    func send(_ batch: DatagramBatch, from first: Int) -> Int32

    /// Ends it now, with its descriptor. Nothing is called afterwards.
    func close()
}
