internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What holds only where the wire of an older library is spoken.
extension NativeOutlet {
    /// Whether the other side would take an event of this name for something else.
    func isReserved(_ name: UnsafeRawBufferPointer) -> Bool { rules.concernNames && rules.reserve(name) }

    /// Nothing is kept for the next connection. What a gateway has taken is acknowledged; the rest has not left.
    func dropKept() {
        guard !isUnused, mark > acknowledgedMark else { return }
        let marks = Array(acknowledgedMark + 1...mark)
        removed(buffer.removeArrived(marks, &arguments.bytes), .notConnected)
    }

    /// Whether the other side acknowledges what it has processed.
    var isAcknowledged: Bool { EventLoop.enterVerified(self) { $0.link?.isAcknowledging ?? true } }
}
