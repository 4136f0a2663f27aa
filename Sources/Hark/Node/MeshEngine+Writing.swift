internal import HarkProtocol
internal import HarkWire

/// Events on their way out: who has room for them, and what becomes of those for which there is none.
extension MeshEngine {
    /// Writes an event of this node. Who has no room for it falls behind, and gets it later.
    ///
    /// - Returns: whether it leaves with this turn.
    @inline(__always)
    func send(
        _ sequence: UInt64, _ tail: UnsafeRawBufferPointer, over link: NodeLink, _ writeHead: (inout ByteWriter) -> Void
    ) -> Bool {
        guard link.hasRoom, link.write(tail, writeHead) else {
            machine.fellBehind(link.number, at: sequence)
            return false
        }
        return link.isWritable
    }

    /// Writes an event of another node. Who sends too many for the one who gets them is slowed down; where that does
    /// not help, they are dropped.
    @inline(__always)
    func relay(
        _ origin: Int, _ tail: UnsafeRawBufferPointer, from source: NodeLink?, over link: NodeLink,
        _ writeHead: (inout ByteWriter) -> Void
    ) {
        guard link.hasRelayRoom, link.write(tail, writeHead) else {
            machine.dropped(origin, for: link.number)
            return node.relayDropped()
        }
        if !link.isWritable, let source, !link.hasRoom { pauses.pause(source, for: link) }
    }

    /// What writing leads to has to wait for its end: an event that is emitted meanwhile would overtake this one.
    @inline(__always)
    func whileForwarding<Result>(_ body: () -> Result) -> Result {
        let isOutermost = !isForwarding
        isForwarding = true
        defer { if isOutermost { isForwarding = false } }
        return body()
    }
}
