internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Writes an event once and copies it to every peer of a server.
package final class BroadcastOutlet: Outlet {
    /// Where events go. Looked into without counting references: with every event that would be a write to memory of
    /// every peer.
    private var peers: [LoopBound<Outlet>] = []

    func add(_ peer: Outlet) { peers.append(LoopBound(peer)) }

    func remove(_ peer: Outlet) {
        peers.removeAll { other in other.onLoop { $0 === peer } }
    }

    @exclusivity(unchecked) private var name: EventName?
    private var text: [UInt8] = []

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        guard !isClosed else { return drop(.closed) }
        guard !peers.isEmpty else { return .noListeners }
        self.name = name
        self.isVolatile = isVolatile
        arguments.bytes.beginFrame()
        return nil
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        guard !isClosed else { return drop(.closed) }
        guard !peers.isEmpty else { return .noListeners }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        self.name = nil
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: name)
        self.isVolatile = isVolatile
        arguments.bytes.beginFrame()
        return nil
    }

    /// - Returns: the best of the peers' results.
    package override func end() -> EmitResult {
        defer { arguments.bytes.abandonFrame() }
        guard arguments.takeFailure() == nil else { return drop(.notEncodable) }
        let encoded = arguments.bytes.frameBytes()
        // Whoever hears of a dropped event may close a peer, which leaves the list.
        let peers = peers
        let span = peers.span
        let id = isVolatile ? nil : name?.id
        var best: EmitResult?
        for index in span.indices {
            let result = span[index].onLoop { send(id, encoded, to: $0) }
            switch (result, best) {
            case (.written, _): best = .written
            case (.queued, .written?): break
            case (.queued, _): best = .queued
            case (let other, nil): best = other
            case (_, .some): break
            }
        }
        return best ?? .noListeners
    }

    @inline(__always)
    private func send(_ id: Int?, _ encoded: UnsafeRawBufferPointer, to peer: Outlet) -> EmitResult {
        if let id, peer.beginShortcut(id: id) {
            peer.arguments.bytes.append(encoded)
            return peer.endShortcut()
        }
        return sendTheLongWay(encoded, to: peer)
    }

    @inline(never)
    private func sendTheLongWay(_ encoded: UnsafeRawBufferPointer, to peer: Outlet) -> EmitResult {
        let refusal =
            if let name {
                peer.begin(name, isVolatile: isVolatile)
            } else {
                text.withUnsafeBytes { peer.begin($0, isVolatile: isVolatile) }
            }
        if let refusal { return refusal }
        peer.arguments.bytes.append(encoded)
        return peer.end()
    }
}
