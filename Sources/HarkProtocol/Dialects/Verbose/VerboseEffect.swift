/// What a message asks of the gateway. Its bytes are valid until the next call.
package enum VerboseEffect {
    /// The other side has said who it is, and that it is on the same channel.
    case introduced(nodeID: String)
    /// The other side is on another channel. Nothing is said to it any more, and nothing heard.
    case foreign(channel: String)
    /// The other side has received everything up to `last`, if it knows, and may have been here before. Messages may
    /// pass from now on.
    case synchronised(last: MessageIdentifier?, isReconnect: Bool)
    /// An event of the bus. As CBOR: first its id and the ids of the nodes that it has passed, then its name and
    /// arguments.
    case message(id: MessageIdentifier, head: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer)
    /// The other side has everything up to this message.
    case acknowledged(MessageIdentifier)
    /// It was passed over.
    case malformed(String)
    /// Nothing more can be read from this connection.
    case tooLong(String)
}
