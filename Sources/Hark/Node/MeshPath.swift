internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// A lane of the machine, with the connections and the listeners at its end.
///
/// Whoever follows it says whose it is: nothing that an event passes on its way is counted.
@EventLoop
final class MeshPath {
    let lane: MeshLane
    private let links: ContiguousArray<LoopBound<NodeLink>>
    /// Over which connection the events come; nil for those of this node.
    private let source: NodeLink?
    private let dispatch: NodeDispatch
    private let version = ListenerVersion.shared
    private var audience: MeshAudience? { didSet { listeners = audience.map { Uncounted($0) } } }
    @exclusivity(unchecked) private var listeners: Uncounted<MeshAudience>?
    /// Of what the audience was found under; `Int.min` before that.
    @exclusivity(unchecked) private var audienceVersion = Int.min

    /// Nil when a connection is not there.
    init?(_ lane: MeshLane, from source: NodeLink?, _ links: ContiguousArray<NodeLink>, _ dispatch: NodeDispatch) {
        guard links.count == lane.route.links.count, links.allSatisfy({ $0.isOpen }) else { return nil }
        self.lane = lane
        self.links = ContiguousArray(links.map { LoopBound($0) })
        self.source = source
        self.dispatch = dispatch
    }

    /// The id of the node whose events they are.
    var originID: String { lane.origin.id }
    var name: String { audience?.name ?? "" }

    /// Takes an event that was received, if it goes this way.
    ///
    /// - Returns: whether it does.
    @inline(__always)
    func take(_ bytes: UnsafeRawBufferPointer, _ engine: MeshEngine, _ node: Node) -> Bool {
        guard let step = lane.take(bytes) else { return false }
        for index in links.indices {
            links[index].onLoop { link in
                engine.relay(lane.node, step.tail, from: source, over: link) {
                    lane.writeHead(step.sequence, step.hopCount, to: &$0)
                }
            }
        }
        if lane.route.isLocal { deliver(step.tail, engine, node) }
        return true
    }

    /// Sends an event of this node.
    ///
    /// - Returns: whether it leaves with this turn, over all connections.
    @inline(__always)
    func send(_ sequence: UInt64, _ tail: UnsafeRawBufferPointer, _ engine: MeshEngine) -> Bool {
        // Where nobody is there it is only kept.
        var isWritten = !links.isEmpty
        let isOpen = lane.isOpen
        for index in links.indices {
            links[index].onLoop { link in
                // Who is not in step gets it behind what it has missed.
                let isSent =
                    (isOpen || lane.isInStep(link.number))
                    && engine.send(sequence, tail, over: link) { lane.writeHead(sequence, 0, to: &$0) }
                if !isSent { isWritten = false }
            }
        }
        return isWritten
    }

    private func deliver(_ tail: UnsafeRawBufferPointer, _ engine: MeshEngine, _ node: Node) {
        guard tail.count > 0, tail[0] & MeshTail.named == 0 else {
            return engine.deliveries.deliver(named: tail, originID)
        }
        if audienceVersion != version.value { findAudience(engine, node) }
        node.receivedCount &+= 1
        (dispatch.path, dispatch.depth) = (Uncounted(self), MeshTail.depth(tail[0]))
        Dispatch.set(node: Uncounted(dispatch))
        let arguments = UnsafeRawBufferPointer(rebasing: tail[1...])
        listeners?.with { $0.call(arguments, node, originID) }
        Dispatch.set(node: nil)
        dispatch.path = nil
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
    }

    @inline(never)
    private func findAudience(_ engine: MeshEngine, _ node: Node) {
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
        let version = version.value
        guard audienceVersion != version else { return }
        audience = MeshAudience(version, of: engine.machine.keys[lane.key], node)
        audienceVersion = version
    }
}
