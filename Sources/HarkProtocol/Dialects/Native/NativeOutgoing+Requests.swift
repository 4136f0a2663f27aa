package import HarkWire

/// What travels with the events, in order, but is neither counted nor resent.
extension NativeOutgoing {
    /// Starts a request whose name has a number. The arguments follow, then `endUncounted`.
    ///
    /// - Parameter within: milliseconds that the reply is waited for, 0 for ever.
    package func beginRequest(_ id: UInt64, within: UInt64, number: UInt32, into output: inout ByteWriter) {
        NativeFrame.begin(.request, into: &output)
        output.appendLEB128(id)
        output.appendLEB128(within)
        output.appendLEB128(UInt64(number))
    }

    /// Starts a request whose name has no number. The arguments follow, then `endUncounted`.
    package func beginRequest(
        _ id: UInt64, within: UInt64, named name: UnsafeRawBufferPointer, into output: inout ByteWriter
    ) {
        NativeFrame.begin(.namedRequest, into: &output)
        output.appendLEB128(id)
        output.appendLEB128(within)
        output.appendLEB128(UInt64(name.count))
        output.append(name)
    }

    /// Starts the reply to a request. The results follow, then `endUncounted`.
    package func beginReply(_ id: UInt64, into output: inout ByteWriter) {
        NativeFrame.begin(.reply, into: &output)
        output.appendLEB128(id)
    }

    /// Starts a change of the shared store. The value follows, or nothing when the key is removed, then `endUncounted`.
    package func beginData(
        _ key: UnsafeRawBufferPointer, version: UInt64, into output: inout ByteWriter
    ) {
        NativeFrame.begin(.data, into: &output)
        output.appendLEB128(UInt64(key.count))
        output.append(key)
        output.appendLEB128(version)
    }

    /// Ends what was begun last with one of the above.
    ///
    /// - Returns: false when it is longer than the other side accepts; then nothing of it remains.
    package func endUncounted(_ output: inout ByteWriter) -> Bool {
        guard output.frameByteCount - FrameHeader.byteCount <= limits.frameByteCount else {
            output.abandonFrame()
            return false
        }
        NativeFrame.end(&output)
        return true
    }

    /// Says why there is no reply.
    ///
    /// - Returns: false when it is longer than the other side accepts; then nothing of it remains.
    package func writeFailure(
        _ id: UInt64, _ outcome: NativeOutcome, text: String = "", into output: inout ByteWriter
    ) -> Bool {
        precondition(outcome != .ok, "what went well has a reply")
        NativeFrame.begin(.failure, into: &output)
        output.appendLEB128(id)
        output.appendLEB128(outcome.rawValue)
        output.append(utf8: NativeLimits.shortened(text))
        return endUncounted(&output)
    }

    /// Asks the other side to acknowledge as soon as it has processed everything before this.
    package func writeFlush(into output: inout ByteWriter) {
        NativeFrame.begin(.flush, into: &output)
        NativeFrame.end(&output)
    }
}

/// What the handshake says about what was sent.
extension NativeOutgoing {
    /// The other side has said what it accepts.
    ///
    /// - Returns: false when more names have numbers already than it takes; the connection is of no use then.
    package mutating func agree(on limits: NativeLimits) -> Bool {
        self.limits = limits
        return nameCount <= limits.nameCount
    }

    /// The session goes on: of all counted events, the other side has processed `processed`.
    ///
    /// - Returns: how many of them were not known to be processed.
    package mutating func resume(from processed: UInt64) throws(NativeViolation) -> UInt64 {
        guard processed >= acknowledgedCount, processed <= sentCount else { throw .acknowledgedTooMany }
        defer { acknowledgedCount = processed }
        return processed - acknowledgedCount
    }

    /// A new session begins. Names keep their numbers: what waits to be sent was written with them.
    ///
    /// - Parameter retained: how many counted events wait to be sent or sent again.
    package mutating func restart(retained: UInt64) {
        sentCount = retained
        acknowledgedCount = 0
    }

    /// Makes sure that a settled event was sent at all.
    package func checkSettled(_ sequence: UInt64) throws(NativeViolation) {
        guard sequence <= sentCount else { throw .acknowledgedTooMany }
    }
}
