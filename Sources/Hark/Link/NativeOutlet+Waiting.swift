internal import HarkWire

/// The short way for events that may have to wait, whose writer looks after the room for them.
extension NativeOutlet {
    /// Starts an event.
    ///
    /// - Parameter byte: the shortcut of its name; 0 when it has none.
    /// - Returns: false when it has to be started the long way, and ended likewise.
    @inline(__always)
    func beginShortcutOrWait(_ byte: UInt8) -> Bool {
        guard byte != 0, !isFollowing, isWritable || !isClosed && !isPaused && !overflow.makesRoom else { return false }
        arguments.bytes.beginFrame(NativeEventHead.word, byte)
        return true
    }

    /// Ends an event that was started so.
    @inline(__always)
    func endShortcutOrWait() -> EmitResult {
        let isWritable = isWritable
        let byteCount = arguments.bytes.frameByteCount - 4
        // Where nothing can leave now, there is nobody to be told that a write is full.
        guard byteCount <= Int(bodyByteCountMax), isMarked, !isWritable || !arguments.bytes.hasFullWrite else {
            return end()
        }
        arguments.bytes.patch(NativeEventHead.word | UInt32(truncatingIfNeeded: byteCount) &<< 8, at: 0)
        arguments.bytes.mark &+= 1
        return isWritable ? .written : .queued
    }
}
