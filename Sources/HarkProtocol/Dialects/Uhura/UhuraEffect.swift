/// What a message asks of the gateway. Its bytes are valid until the next call.
package enum UhuraEffect {
    /// An event, its arguments as CBOR. With an id it wants to be acknowledged.
    case event(name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer, id: MessageIdentifier?)
    /// The other side has an event of ours.
    case acknowledged(MessageIdentifier)
    /// The other side has set values of the session.
    case set(UhuraData)
    /// Server: a client wants to begin, or to go on with the session that its data names.
    case started
    /// Client: the server lets events pass.
    case connected
    /// Client: the session is over, for good.
    case invalidated(id: MessageIdentifier?)
    /// A value that is no message, and not meant as one.
    case ignored
    /// It was passed over.
    case malformed(String)
    /// Nothing more can be read from this connection.
    case tooLong(String)
}
