internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// A lane of the machine, with the connections and the listeners at its end.
@EventLoop
final class MeshPath {
    let lane: MeshLane
    private let links: ContiguousArray<NodeLink>
    /// Over which connection the events come; nil for those of this node.
    private let source: NodeLink?
    private unowned(unsafe) let engine: MeshEngine
    private unowned(unsafe) let node: Node
    private let dispatch: NodeDispatch
    private let version = ListenerVersion.shared
    @exclusivity(unchecked) private var audience: MeshAudience?

    /// Nil when a connection is not there.
    init?(_ lane: MeshLane, from source: NodeLink?, _ links: ContiguousArray<NodeLink>, _ engine: MeshEngine) {
        guard links.count == lane.route.links.count, links.allSatisfy({ $0.isOpen }) else { return nil }
        self.lane = lane
        self.links = links
        self.source = source
        self.engine = engine
        node = engine.node
        dispatch = engine.deliveries.dispatch
    }

    /// The id of the node whose events they are.
    var originID: String { lane.origin.id }
    var name: String { audience?.name ?? "" }

    /// Takes an event that was received, if it goes this way.
    ///
    /// - Returns: whether it does.
    @inline(__always)
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let step = lane.take(bytes) else { return false }
        for index in links.indices {
            if !links[index].hasRelayRoom || !links[index].write(lane, step.sequence, step.hopCount, step.tail) {
                engine.dropped(lane.node, for: links[index])
            } else if !links[index].hasRoom, let source {
                engine.pauses.pause(source, for: links[index])
            }
        }
        if lane.route.isLocal { deliver(step.tail) }
        return true
    }

    /// Sends an event of this node.
    ///
    /// - Returns: whether it leaves with this turn, over all connections.
    @inline(__always)
    func send(_ sequence: UInt64, _ tail: UnsafeRawBufferPointer) -> Bool {
        var isWritten = true
        let isOpen = lane.isOpen
        for index in links.indices {
            if !isOpen, !engine.machine.isInStep(links[index].number) {
                // It gets it behind what it has missed.
                isWritten = false
            } else if !links[index].hasRoom || !links[index].write(lane, sequence, 0, tail) {
                engine.machine.fellBehind(links[index].number, at: sequence)
                isWritten = false
            } else if !links[index].isWritable {
                isWritten = false
            }
        }
        return isWritten
    }

    private func deliver(_ tail: UnsafeRawBufferPointer) {
        guard tail.count > 0, tail[0] & MeshTail.named == 0 else { return engine.deliver(lane, tail) }
        let audience = currentAudience
        let dispatch = dispatch
        node.receivedCount += 1
        (dispatch.path, dispatch.depth) = (self, MeshTail.depth(tail[0]))
        Dispatch.node = dispatch
        let arguments = UnsafeRawBufferPointer(rebasing: tail[1...])
        for index in audience.listeners.indices { audience.call(index, arguments, node, originID) }
        Dispatch.node = nil
        dispatch.path = nil
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
    }

    private var currentAudience: MeshAudience {
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
        let version = version.value
        if let audience, audience.version == version { return audience }
        let audience = MeshAudience(version, of: engine.machine.keys[lane.key], node)
        self.audience = audience
        return audience
    }
}
