internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// A node among those of verbose: every event goes to everybody, with a list of the nodes that have it already.
///
/// Originals pass an event on to all their neighbours but those on the list, whom they take to have it; they leave
/// themselves off it when they emit, and lose it when they pass on to more than one. So this node puts itself on the
/// list, and all to whom it sends, and takes no event twice by its id.
@EventLoop
final class VerboseEngine: NodeEngine {
    /// 8 192 ids of events that were heard last: of a second at a rate that originals cannot reach.
    private static let seenCountMax = 8_192

    /// 1 000 nodes on a list: what is longer goes round in circles.
    private static let listCountMax = 1_000

    unowned let node: Node
    private let names = ListenerNames()
    private let dispatch = NodeDispatch()
    private let messageName = EventName.resolve(VerboseRecord.name)
    private var seen: Set<String> = []
    /// A ring, the oldest at `oldest` when it is full.
    private var recent: [String] = []
    private var oldest = 0
    private var random: EnvironmentRandom

    init(_ node: Node, _ random: EnvironmentRandom) {
        self.node = node
        self.random = random
    }

    // MARK: Connections

    func attach(_ emitter: Emitter, of peer: Node.Peer) {
        emitter.listeners.limit = 0
        // It keeps the node: that is there as long as somebody may call it.
        _ = emitter.listeners.add(.name(VerboseRecord.name), isOnce: false, isFirst: false) { [node] bytes in
            try withExtendedLifetime(node) { try self.received(bytes, from: peer) }
        }
    }

    /// The wire tells when events pass.
    func connected(_ peer: Node.Peer, _ link: NativeLink) {}

    func disconnected(_ peer: Node.Peer) {}

    func drained(_ peer: Node.Peer) { node.queueChanged(queuedByteCount) }

    private func peer(of emitter: Emitter) -> Node.Peer? {
        node.peers.first { $0.client === emitter || $0.accepted === emitter }
    }

    // MARK: Emitting

    func emit(_ name: EmittedName, _ arguments: UnsafeRawBufferPointer, to audience: NodeAudience) -> EmitResult {
        let id = Node.uuid(&random)
        remember(id)
        let record = VerboseRecord(id: id, nodes: [node.id], name: name.text)
        return send(record, arguments, but: [])
    }

    /// Sends to all neighbours that are not on the list.
    private func send(
        _ record: VerboseRecord, _ arguments: UnsafeRawBufferPointer, but excluded: [Node.Peer]
    ) -> EmitResult {
        var peers: [Node.Peer] = []
        for peer in node.peers where !excluded.contains(where: { $0 === peer }) {
            guard let id = peer.id else {
                peers.append(peer)
                continue
            }
            // One connection to each node will do.
            guard !record.nodes.contains(id), !peers.contains(where: { $0.id == id }) else { continue }
            peers.append(peer)
        }
        guard !peers.isEmpty else { return .noListeners }
        let ids = peers.compactMap(\.id)
        var results: [EmitResult] = []
        for peer in peers {
            var record = record
            // Who is on the list passes nothing on and may not even listen.
            record.nodes += ids.filter { $0 != peer.id }
            results.append(send(record, arguments, to: peer))
        }
        if results.contains(.written) { return .written }
        return results.contains(.queued) ? .queued : results[0]
    }

    private func send(
        _ record: VerboseRecord, _ arguments: UnsafeRawBufferPointer, to peer: Node.Peer
    ) -> EmitResult {
        guard let outlet = peer.nativeLink?.outlet else { return .noListeners }
        if outlet.unsentEventCount >= node.options.bufferMax { outlet.dropOldest() }
        if let refusal = outlet.begin(messageName, isVolatile: false) { return refusal }
        record.write(to: &outlet.arguments)
        outlet.arguments.bytes.append(arguments)
        return outlet.end(expiringAt: node.environment.clock.now + node.options.bufferTimeout.milliseconds)
    }

    // MARK: Receiving

    private func received(_ bytes: UnsafeRawBufferPointer, from peer: Node.Peer) throws {
        var reader = ArgumentReader(bytes)
        var record = try VerboseRecord(reading: &reader)
        guard !record.nodes.contains(node.id), remember(record.id) else { return }
        guard record.nodes.count <= Self.listCountMax else {
            return node.report(HarkError(.limit, "an event has passed \(record.nodes.count) nodes; it goes no further"))
        }
        let arguments = reader.cbor.bytes.rest
        // Originals do not name themselves.
        for id in [peer.id, node.id] { if let id, !record.nodes.contains(id) { record.nodes.append(id) } }
        _ = send(record, arguments, but: [peer])
        deliver(record.name, arguments, from: peer)
    }

    /// - Returns: false when it was known.
    @discardableResult
    private func remember(_ id: String) -> Bool {
        guard seen.insert(id).inserted else { return false }
        if recent.count < Self.seenCountMax {
            recent.append(id)
        } else {
            seen.remove(recent[oldest])
            recent[oldest] = id
            oldest = (oldest + 1) % Self.seenCountMax
        }
        return true
    }

    private func deliver(_ name: String, _ arguments: UnsafeRawBufferPointer, from peer: Node.Peer) {
        node.receivedCount += 1
        var text = name
        let resolved = text.withUTF8 { names.resolve(UnsafeRawBufferPointer($0), among: node.listeners) }
        (dispatch.name, dispatch.origin) = (name, peer.id)
        Dispatch.node = dispatch
        for listener in resolved.listeners {
            do { try listener.handler(arguments) } catch {
                node.report(HarkError(listener: error, event: name, peer: peer.id))
            }
        }
        Dispatch.node = nil
        if ListenerVersion.shared.isInterrupted { ListenerQueue.shared.catchUp() }
    }

    // MARK: What is known

    /// Everybody gets everything.
    func listenersChanged(_ key: MeshKey, by count: Int) {}

    /// The wire does not tell: every neighbour may listen.
    func subscriberCount(of name: String) -> Int { nodes.count }

    var nodes: [(id: String, distance: Int)] {
        Set(node.peers.lazy.filter { $0.state == .connected }.compactMap(\.id)).map { ($0, 1) }
    }

    var queuedByteCount: Int { node.peers.reduce(0) { max($0, $1.queuedByteCount) } }

    var isLagging: Bool { false }

    func end() {}
    func stop() {}
}

extension VerboseEngine: VerboseGatewayDelegate {
    func verbose(_ emitter: Emitter, isNode id: String) {
        guard let peer = peer(of: emitter) else { return }
        node.introduced(peer, id)
    }

    func verboseDidInitialize(_ emitter: Emitter) {
        guard let peer = peer(of: emitter), let id = peer.id else { return }
        node.initialized(peer)
        node.appeared(id)
        node.interestChanged()
    }

    func verbose(_ emitter: Emitter, didAcknowledge id: String) {
        if let peer = peer(of: emitter) { node.tell(peer, .acknowledge(id)) }
    }

    func verbose(_ emitter: Emitter, didTimeOut error: HarkError) {
        if let peer = peer(of: emitter) { node.tell(peer, .timeout) }
    }
}
