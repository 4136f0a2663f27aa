internal import HarkProtocol

/// The other side asks for more than this one has room for.
extension NativeLink {
    /// Whether one more request may be worked on: its answer has to wait with all that waits already.
    private var hasRoomForRequest: Bool {
        (occasionsIfAny?.answeringCount ?? 0) < options.limits.requestCount && hasRoomForReply
    }

    /// Whether one more reply may wait.
    var hasRoomForReply: Bool { queuedByteCount <= options.limits.queueByteCount }

    /// Refuses a request for which there is no room.
    ///
    /// - Returns: whether it did. Who goes on asking and does not even read that is sent away.
    func refusesRequest(_ id: UInt64) -> Bool {
        guard !hasRoomForRequest else { return false }
        if queuedByteCount > options.limits.queueByteCount + NativeLimits.controlByteCountMax {
            sendAway("the answers to its requests are not read")
        } else {
            fail(id, .overloaded, "too many requests are worked on, or too much waits to be sent")
        }
        return true
    }

    /// Whether the other side has more events in work here than it was told to send without an acknowledgement.
    var isWindowOverrun: Bool {
        // A gateway stops reading instead: other wires tell nobody of a window.
        guard isWorkDeferred, dialect == .native else { return false }
        let count = machine.incoming.receivedCount &- machine.incoming.acknowledgedCount
        return count > UInt64(machine.limits.windowEventCount)
    }

    /// Closes the connection of a side that does not keep to its limits.
    func sendAway(_ why: String) {
        sendAway(HarkError(.limit, "the other side was sent away: \(why)"), as: .limit, why)
    }

    /// Closes a connection that cannot go on.
    ///
    /// - Parameters:
    ///   - error: what is told here.
    ///   - reason: what the other side is told, with `why`.
    ///   - retryAfter: milliseconds that a client stays away.
    func sendAway(_ error: HarkError, as reason: GoodbyeReason, _ why: String, retryAfter: UInt64 = 0) {
        machine.close(reason, text: why, control: &control)
        end(error, retryAfter: retryAfter == 0 ? nil : retryAfter)
    }
}
