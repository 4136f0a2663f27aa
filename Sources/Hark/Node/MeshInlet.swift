internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What arrives over one connection of a node.
///
/// Nothing arrives while an event is on its way from here: a connection calls nobody back from within. So the way of an
/// event is there as long as it is followed, without being counted.
@EventLoop
final class MeshInlet {
    private let engine: MeshEngine
    /// It is there as long as somebody may call it.
    private let node: Node
    private let peer: Node.Peer
    /// The way of the event that came last.
    private var path: MeshPath? { didSet { way = path.map { Uncounted($0) } } }
    @exclusivity(unchecked) private var way: Uncounted<MeshPath>?

    init(_ engine: MeshEngine, _ peer: Node.Peer) {
        self.engine = engine
        node = engine.node
        self.peer = peer
    }

    func received(message bytes: UnsafeRawBufferPointer) { engine.received(message: bytes, over: peer) }

    func received(event bytes: UnsafeRawBufferPointer) {
        if let way, way.with({ $0.take(bytes, engine, node) }) { return }
        path = engine.received(event: bytes, over: peer)
    }
}
