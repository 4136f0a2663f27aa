internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What arrives over one connection of a node.
///
/// The way of an event is not counted while it is followed: one that is replaced stays until the end of the turn.
@EventLoop
final class MeshInlet {
    /// 16 ways are kept for events of different nodes and keys that come in turn.
    private static let wayCountMax = 16

    private let engine: MeshEngine
    /// It is there as long as somebody may call it.
    private let node: Node
    private let peer: Node.Peer
    /// The ways of events that came before, at places that follow from what the neighbour calls their nodes and keys.
    private var paths: ContiguousArray<MeshPath?> = []
    /// The one that was followed last.
    @exclusivity(unchecked) private var way: Uncounted<MeshPath>?

    init(_ engine: MeshEngine, _ peer: Node.Peer) {
        self.engine = engine
        node = engine.node
        self.peer = peer
    }

    func received(message bytes: UnsafeRawBufferPointer) { engine.received(message: bytes, over: peer) }

    func received(event bytes: UnsafeRawBufferPointer) {
        if let way, way.with({ $0.take(bytes, engine, node) }) { return }
        takeAnotherWay(bytes)
    }

    @inline(never)
    private func takeAnotherWay(_ bytes: UnsafeRawBufferPointer) {
        let place = MeshLane.place(of: bytes) % Self.wayCountMax
        if place < paths.count, let path = paths[place] {
            way = Uncounted(path)
            if path.take(bytes, engine, node) { return }
        }
        let path = engine.received(event: bytes, over: peer)
        if paths.isEmpty { paths = ContiguousArray(repeating: nil, count: Self.wayCountMax) }
        way = path.map { Uncounted($0) }
        if let old = paths[place] { engine.retire(old) }
        paths[place] = path
    }
}
