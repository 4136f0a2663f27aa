public import HarkWire

/// What a frame asks of the link. Plain memory: byte ranges point into the input and are valid until the next read.
@usableFromInline
package enum NativeEffect {
    /// An event whose name has a number, which is defined.
    case event(name: Int, arguments: ByteReader, isVolatile: Bool)
    /// An event with its name in full.
    case namedEvent(name: UnsafeRawBufferPointer, arguments: ByteReader, isVolatile: Bool)
    /// A request whose name has a number, with the milliseconds its sender waits for the reply, 0 for ever.
    case request(id: UInt64, within: UInt64, name: Int, arguments: ByteReader)
    /// A request with its name in full.
    case namedRequest(id: UInt64, within: UInt64, name: UnsafeRawBufferPointer, arguments: ByteReader)
    case reply(id: UInt64, result: ByteReader)
    case failure(id: UInt64, code: UInt64, text: UnsafeRawBufferPointer)
    /// The other side has processed so many more events: for `NativeOutgoing.acknowledge`.
    case acknowledged(UInt64)
    /// The counted event with this number, from 1, has ended with a `NativeOutcome`: for `NativeOutgoing.checkSettled`.
    case settled(sequence: UInt64, code: UInt64, text: UnsafeRawBufferPointer)
    /// The other side waits for an acknowledgement.
    case flushRequested
    /// The eight bytes of a ping of this side have come back.
    case pong(UInt64)
    /// Server: a client has introduced itself; answer with `accept` or `refuse`.
    case helloReceived
    /// Client: the connection is open.
    case welcomed
    /// The other side closes; the machine's `goodbye` says why.
    case goodbyeReceived
    /// A value of the shared store, as one item of CBOR; nothing when the key was removed.
    case data(key: UnsafeRawBufferPointer, version: UInt64, value: UnsafeRawBufferPointer)
    /// The other side answers the event that this side calls `heard` with the one that it calls `answer` itself, too
    /// often. Numbers of names as they came, of which nothing is known.
    case storm(heard: UInt64, answer: UInt64)
    /// Nothing to do.
    case consumed
}
