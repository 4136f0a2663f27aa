internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What becomes of events for which there is no room, and of those that give way to them.
extension NativeOutlet {
    /// Somebody may have to be told when it is over.
    func noteCongestion() {
        guard !isCongested else { return }
        isCongested = true
        EventLoop.enterVerified(self) { $0.link?.becameCongested() }
    }

    /// Ends the congestion, if there is one: what is dropped from now on is told again.
    ///
    /// - Returns: whether there was too much to send since this was asked last.
    func takeCongestion() -> Bool {
        guard isCongested else { return false }
        isCongested = false
        isPaused = false
        rearmReports()
        return true
    }

    /// - Returns: nil when the event may yet find room; that is seen when it is encoded.
    func overflowed() -> EmitResult? {
        if overflow.makesRoom { return nil }
        if overflow == .close { EventLoop.enterVerified(self) { $0.link?.overflowed() } }
        return drop(.queueFull)
    }

    /// Drops others for the event that was just written; if that is not enough, takes it back.
    func makeRoom() -> Bool {
        let queued = EventLoop.enterVerified(self) { $0.link?.queuedByteCount ?? 0 }
        let excess = queued - arguments.bytes.frameByteCount - queueByteCountMax
        guard excess > 0 else { return true }
        let isOldest = overflow == .dropOldest
        let marks = buffer.remove(
            isOldest ? .oldest(byteCount: excess) : .superseded(byteCount: excess), &arguments.bytes)
        guard let marks else {
            arguments.bytes.abandonFrame()
            arguments.bytes.mark -= 1
            return false
        }
        removed(marks, isOldest ? .overflow : .superseded)
        return true
    }

    /// Drops the event that has waited longest, if it has not begun to leave.
    func dropOldest() {
        if let marks = buffer.remove(.oldest(byteCount: 1), &arguments.bytes) { removed(marks, .overflow) }
    }

    /// Events that were never sent are gone.
    ///
    /// - Parameter marks: their places before that, in ascending order.
    func removed(_ marks: [UInt64], _ reason: DropReason) {
        guard !marks.isEmpty else { return }
        let ordinals = forget(marks)
        dropQueued(reason, count: marks.count)
        EventLoop.enterVerified((self, ordinals, reason)) { $0.link?.removed($1, $2) }
    }

    /// - Returns: the ordinals of the events that are gone.
    func forget(_ marks: [UInt64]) -> [UInt64] {
        let ledger = keptLedger
        let ordinals = marks.map { ledger.ordinals.ordinal(of: $0) }
        ledger.ordinals.remove(marks)
        return ordinals
    }

    /// Made when it is first needed.
    var keptLedger: OutletLedger {
        if let ledger { return ledger }
        let made = OutletLedger()
        ledger = made
        return made
    }

    // MARK: Numbers

    /// The ordinal of the event at this place, see `EventOrdinals`.
    func ordinal(of mark: UInt64) -> UInt64 { ledger?.ordinals.ordinal(of: mark) ?? mark }

    /// The ordinal of the event written last, which is how many were written so far, those included that were removed
    /// again.
    var lastOrdinal: UInt64 { mark + (ledger?.ordinals.removedCount ?? 0) }

    /// Events that have not begun to leave.
    var unsentEventCount: Int { Int(mark - max(buffer.sentMark, acknowledgedMark)) }
}
