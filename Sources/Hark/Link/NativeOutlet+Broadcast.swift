internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Events for all peers of a server, see `BroadcastOutlet`.
extension NativeOutlet {
    /// So many names may have a number.
    var nameCountMax: Int { outgoing.limits.nameCount }

    /// Events written to `broadcast` from now on are for this peer too, until `stopFollowing`.
    func follow(_ broadcast: BroadcastOutlet) {
        let sending = sending
        if sending.broadcast == nil { sending.broadcast = broadcast }
        sending.position = broadcast.position
        // What is emitted to this peer alone has to look here first.
        isFollowing = true
        if !isMarked { tellLink() }
    }

    func stopFollowing() {
        catchUp()
        isFollowing = false
    }

    /// Takes over the events for all that were emitted before what comes now.
    @inline(__always)
    func catchUp() { if isFollowing { takeFromBroadcast() } }

    /// 16 KiB: fewer bytes are copied, if there is a chunk with events for this peer alone. A view ends that, and its
    /// rest stays empty.
    private static let shownByteCountMin = 16 << 10

    private func write(_ part: BroadcastOutlet.Part, _ mark: UInt64) {
        let (chunk, range) = (part.chunk, part.range)
        guard range.count < Self.shownByteCountMin, arguments.bytes.openByteCount > 0 else {
            return arguments.bytes.append(showing: chunk, range, mark: mark)
        }
        // As one frame, so that it stays in one piece.
        arguments.bytes.beginFrame()
        arguments.bytes.append(UnsafeRawBufferPointer(start: chunk.base + range.lowerBound, count: range.count))
        arguments.bytes.mark = mark
    }

    @inline(never)
    private func takeFromBroadcast() {
        let sending = sending
        guard let broadcast = sending.broadcast, broadcast.position.mark != sending.position.mark, !isClosed else {
            return
        }
        take(sending, broadcast, fullOnly: false)
        sending.position = broadcast.position
        added()
    }

    /// Takes over the chunks that are full, which then leave the broadcast: they have so many bytes.
    func takeFullChunks(_ byteCount: Int) {
        let sending = sending
        guard let broadcast = sending.broadcast, !isClosed else { return }
        if sending.position.offset < byteCount { take(sending, broadcast, fullOnly: true) }
        sending.position.offset = max(0, sending.position.offset - byteCount)
    }

    private func take(_ sending: OutletSending, _ broadcast: BroadcastOutlet, fullOnly: Bool) {
        _ = outgoing.define(upTo: broadcast.highestNumber, into: &arguments.bytes)
        broadcast.forEachPart(from: sending.position.offset, fullOnly: fullOnly) { part in
            let mark = arguments.bytes.mark + part.mark - sending.position.mark
            sending.position.mark = part.mark
            write(part, mark)
        }
    }
}
