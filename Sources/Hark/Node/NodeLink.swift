internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// One connection of a node, from when its handshake is complete until it is lost.
@EventLoop
final class NodeLink {
    /// What neighbours say to each other goes as two events of the connection: what they tell, and the events of nodes.
    static nonisolated let messageName = EventName.resolve("hark.mesh.message")
    static nonisolated let eventName = EventName.resolve("hark.mesh.event")

    /// What the node calls it. No two have the same.
    let number: Int
    let peer: Node.Peer
    private let link: NativeLink
    private let outlet: NativeOutlet
    private let highWaterByteCount: Int
    private let relayByteCountMax: Int
    /// Until the other side has said that it is a node.
    var greeting: (any EventTimer)?

    init(_ number: Int, _ peer: Node.Peer, _ link: NativeLink) {
        self.number = number
        self.peer = peer
        self.link = link
        outlet = link.outlet
        highWaterByteCount = link.options.limits.highWaterByteCount
        // What neighbours tell each other finds room behind it.
        relayByteCountMax = link.options.limits.queueByteCount / 4 * 3
        // What was said over one connection means nothing over the next one.
        outlet.rules.formUnion([.dropsOffline, .tellsNothing])
    }

    /// Whether no more waits than may when everything goes well. Asking may lead to `.drain`.
    @inline(__always)
    var hasRoom: Bool { outlet.isWritable || isBelowHighWater }

    @inline(never)
    private var isBelowHighWater: Bool {
        guard link.queuedByteCount > highWaterByteCount else { return true }
        outlet.noteCongestion()
        return false
    }

    /// Whether an event of another node may wait here.
    @inline(__always)
    var hasRelayRoom: Bool { outlet.isWritable || link.queuedByteCount <= relayByteCountMax }

    var queuedByteCount: Int { link.queuedByteCount }

    /// Whether what is written now leaves with this turn.
    var isWritable: Bool { outlet.isWritable }

    /// Says something to the neighbour.
    ///
    /// - Returns: false when there was no room for it.
    func say(_ message: MeshMessage) -> Bool {
        guard link.isConnected else { return true }
        guard outlet.begin(Self.messageName, isVolatile: false) == nil else { return false }
        outlet.arguments.write(message.value)
        if case .dropped = outlet.end() { return false }
        return true
    }

    /// Writes an event, its head and what follows it.
    ///
    /// - Returns: false when there was no room.
    @inline(__always)
    func write(_ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer) -> Bool {
        if outlet.beginShortcut(id: Self.eventName.id) {
            outlet.arguments.bytes.append(head)
            outlet.arguments.bytes.append(tail)
            if case .dropped = outlet.endShortcut() { return false }
            return true
        }
        return writeTheLongWay(head, tail)
    }

    @inline(never)
    private func writeTheLongWay(_ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer) -> Bool {
        guard outlet.begin(Self.eventName, isVolatile: false) == nil else { return false }
        outlet.arguments.bytes.append(head)
        outlet.arguments.bytes.append(tail)
        if case .dropped = outlet.end() { return false }
        return true
    }
}
