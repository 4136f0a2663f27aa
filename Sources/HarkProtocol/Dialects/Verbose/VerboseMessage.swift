/// One message, as it was read.
enum VerboseMessage {
    case peerID(channel: String, nodeID: String)
    case sync(last: MessageIdentifier?, isReconnect: Bool)
    /// What it carries is in the `VerboseParser`.
    case message(id: MessageIdentifier)
    case acknowledgement(MessageIdentifier)
    /// It is none, and why.
    case none(String)
}
