public import HarkUV
public import HarkWire

/// A byte stream to another process, as a transport hands it over: connected, ordered, reliable until it ends.
///
/// **Ownership.** Whoever got the connection from a transport owns it and calls `close()` one day. Until then the
/// connection keeps `receiver` alive; closing lets go of it.
/// **Order.** Bytes leave in the order of the calls. While a chunk given to `write` is on its way, `tryWrite` takes
/// nothing.
/// **Errors.** A failed write or read is reported once; after it only `close()` is called.
/// **Blocking.** No call waits. No call may call the receiver before it has returned.
@EventLoop
public protocol Connection: AnyObject {
    /// Hears what happens here. Set it before `startReading()`.
    var receiver: (any ConnectionReceiver)? { get set }

    /// Who is at the other end.
    var peerInfo: PeerInfo { get }

    /// The address of this end; nil if it has none.
    var localEndpoint: Endpoint? { get }

    /// Starts to call the receiver with what arrives.
    func startReading()

    /// Stops calling the receiver, so that the other side is slowed down by the transport itself.
    func stopReading()

    /// Sends as much of `head` and then of `body` as goes at once; both may be empty.
    ///
    /// - Returns: how many bytes of the two together were taken. When fewer than all, the caller continues with
    ///   `write(_:from:)`.
    /// - Throws: when the connection is broken.
    func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int

    /// Sends `chunk` from `offset` on as soon as it goes, then calls `receiver.wrote`. One chunk at a time.
    ///
    /// - Throws: when the connection is broken.
    func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError)

    /// Ends this side's half after everything written: the other side reads the end of the stream.
    func shutdown()

    /// Ends the connection now and drops what has not left. Nothing is called back afterwards.
    func close()
}

/// The side of a connection that Hark implements and a transport calls, on the loop.
@EventLoop
public protocol ConnectionReceiver: AnyObject {
    /// Bytes have arrived. They are valid during the call.
    func received(_ bytes: RawSpan)

    /// Nothing more will arrive: nil when the other side has ended its half in order.
    func readEnded(_ error: HarkError?)

    /// The chunk given to `write` has left, or never will.
    func wrote(_ error: HarkError?)
}
