/// Who is told what happens on a verbose wire besides events: the node that joins links into a bus.
///
/// Each call names the client or the peer of a server whose connection it is. What goes wrong on the wire is told to
/// the `.error` listeners of that one: `.handshake` for a node of another channel, `.decode` for what makes no sense
/// or comes too early. None of this ends a connection.
@EventLoop
package protocol VerboseGatewayDelegate: AnyObject {
    /// The other side has said who it is; a server has let it in. Nothing passes yet.
    func verbose(_ emitter: Emitter, isNode id: String)

    /// Both sides know what the other one has received: messages pass, once for each connection.
    func verboseDidInitialize(_ emitter: Emitter)

    /// The other side has received everything up to the message with this id.
    func verbose(_ emitter: Emitter, didAcknowledge id: String)

    /// Nothing was heard for too long, or the handshake took too long. The connection ends with this error.
    func verbose(_ emitter: Emitter, didTimeOut error: HarkError)
}
