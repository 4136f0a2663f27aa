internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What arrives over one connection of a node.
@EventLoop
final class MeshInlet {
    private let engine: MeshEngine
    /// It is there as long as somebody may call it.
    private let node: Node
    private let peer: Node.Peer
    /// The way of the event that came last.
    @exclusivity(unchecked) private var path: MeshPath?

    init(_ engine: MeshEngine, _ peer: Node.Peer) {
        self.engine = engine
        node = engine.node
        self.peer = peer
    }

    func received(message bytes: UnsafeRawBufferPointer) { engine.received(message: bytes, over: peer) }

    func received(event bytes: UnsafeRawBufferPointer) {
        if let path, path.take(bytes) { return }
        path = engine.received(event: bytes, over: peer)
    }
}
