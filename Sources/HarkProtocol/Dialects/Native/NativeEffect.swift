package import HarkWire

/// What a frame asks of the link. Plain memory: byte ranges point into the input and are valid until the next read.
package enum NativeEffect {
    /// An event whose name has a number, which is defined.
    case event(name: Int, arguments: ByteReader, isVolatile: Bool)
    /// An event with its name in full.
    case namedEvent(name: UnsafeRawBufferPointer, arguments: ByteReader, isVolatile: Bool)
    /// A request, with the milliseconds its sender waits for the reply, 0 for ever.
    case request(id: UInt64, within: UInt64, name: UnsafeRawBufferPointer, arguments: ByteReader)
    case reply(id: UInt64, result: ByteReader)
    case failure(id: UInt64, code: UInt64, text: UnsafeRawBufferPointer)
    /// The other side has processed events, up to `acknowledgedCount`.
    case acknowledged(UInt64)
    /// One counted event has ended, well or with a reason.
    case settled(sequence: UInt64, isOK: Bool, text: UnsafeRawBufferPointer)
    /// The other side waits for an acknowledgement.
    case flushRequested
    /// Server: a client has introduced itself; answer with `accept` or `refuse`.
    case helloReceived
    /// Client: the connection is open.
    case welcomed
    /// The other side closes; the machine's `goodbye` says why.
    case goodbyeReceived
    /// Nothing to do.
    case consumed
}
