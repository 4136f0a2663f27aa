internal import HarkProtocol

/// What a client says before the application has let it in.
extension Gateway {
    /// What arrives from now on waits: one read, and what is on its way in the system.
    final func beginHolding() {
        held = []
        pause(.held, true)
    }

    /// Keeps what cannot be read yet.
    ///
    /// - Returns: false when nothing has to wait.
    final func keep(_ bytes: UnsafeRawBufferPointer) -> Bool {
        held?.append(contentsOf: bytes)
        return held != nil
    }

    /// What has waited is read at the end of the turn: the link is in the middle of a write now.
    final func endHolding() {
        isHoldOver = true
        scheduleFlush()
    }

    /// The turn is over: reads what has waited, if it need not any more.
    final func readHeld() {
        guard isHoldOver, let bytes = held else { return }
        isHoldOver = false
        held = nil
        bytes.withUnsafeBytes { read($0) }
        if !isClosed { watchMessage(nil, bytes.count) }
        pause(.held, false)
    }
}
