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
    /// The shortcut of `eventName`; 0 until it has one.
    @exclusivity(unchecked) private var eventByte: UInt8 = 0
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
    var hasRoom: Bool { outlet.isWritable || room > 0 || isBelowHighWater }

    /// How many bytes may be queued before it is looked at again how many are.
    @exclusivity(unchecked) private var room = 0

    @inline(never)
    private var isBelowHighWater: Bool {
        room = highWaterByteCount - link.queuedByteCount
        if room > 0 { return true }
        outlet.noteCongestion()
        return false
    }

    /// Whether an event of another node may wait here.
    @inline(__always)
    var hasRelayRoom: Bool { outlet.isWritable || room > 0 || link.queuedByteCount <= relayByteCountMax }

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

    /// Whether it was waited for in vain, and has not had room since.
    var isHopeless = false

    func stopReading() { link.connection?.stopReading() }

    func startReading() { if isOpen { link.connection?.startReading() } }

    /// Whether the connection is there.
    var isOpen: Bool { peer.link === self }

    @inline(never)
    private func beginTheLongWay() -> Bool {
        guard outlet.begin(Self.eventName, isVolatile: false) == nil else { return false }
        eventByte = outlet.shortcut(Self.eventName.id)
        return true
    }

    /// Writes an event: what `writeHead` writes, and the tail.
    ///
    /// - Returns: false when there was no room.
    @inline(__always)
    func write(_ tail: UnsafeRawBufferPointer, _ writeHead: (inout ByteWriter) -> Void) -> Bool {
        let isShort = outlet.beginShortcutOrWait(eventByte)
        guard isShort || beginTheLongWay() else { return false }
        writeHead(&outlet.arguments.bytes)
        outlet.arguments.bytes.append(tail)
        room = outlet.isWritable ? 0 : room - outlet.arguments.bytes.frameByteCount
        if case .dropped = isShort ? outlet.endShortcutOrWait() : outlet.end() { return false }
        return true
    }
}
