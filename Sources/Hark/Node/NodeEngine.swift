internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What stands behind a node: takes its events to other nodes, and theirs to it.
///
/// A node has listeners, connections and an API; its engine decides what travels where. There is one for each wire. An
/// engine that brings connections, routing and durability of its own may ignore those of the node.
///
/// **Order.** What a node emits reaches each other node in the order of the calls. **Errors** are told by
/// `Node.report`; none ends the engine. **Blocking.** No call waits.
@EventLoop
protocol NodeEngine: AnyObject {
    /// A connection will be made, or one was accepted: from now on what is heard on it is the engine's.
    func attach(_ emitter: Emitter, of peer: Node.Peer)

    /// A connection is there, and its handshake is complete.
    func connected(_ peer: Node.Peer, _ link: NativeLink)

    /// A connection is lost.
    func disconnected(_ peer: Node.Peer)

    /// A connection that had too much to send has room again.
    func drained(_ peer: Node.Peer)

    /// Emits an event.
    ///
    /// - Parameters:
    ///   - name: of the event; or by its text.
    ///   - arguments: valid during the call.
    func emit(_ name: EmittedName, _ arguments: UnsafeRawBufferPointer, to audience: NodeAudience) -> EmitResult

    /// The node has more listeners for something, or fewer.
    func listenersChanged(_ key: MeshKey, by count: Int)

    /// How many listeners other nodes have for an event of this name.
    func subscriberCount(of name: String) -> Int

    /// The nodes to which there is a way, with the number of connections between.
    var nodes: [(id: String, distance: Int)] { get }

    /// What waits to be sent, in bytes.
    var queuedByteCount: Int { get }

    /// Whether events wait here that have still to be handed to connections.
    var isLagging: Bool { get }

    /// Says goodbye: nothing is wanted any more.
    func end()

    /// The node has ended.
    func stop()
}

/// Whom an event is for.
enum NodeAudience {
    /// Everybody who listens to it, and one of each group.
    case everybody
    /// Those who are in a room.
    case room(String)
}
