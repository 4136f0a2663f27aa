/// Cuts an endless byte stream into messages as a framing finds them.
///
/// A message that arrives whole is handed out where it was read; one that arrives in pieces is put together in a stash,
/// whose memory grows with what has arrived and not beyond the limit.
package struct MessageSplitter<Framing: MessageFraming>: ~Copyable {
    package enum Step {
        /// One message; valid until the next call.
        case message(UnsafeRawBufferPointer)
        /// Something that is no message; what follows it is read.
        case malformed(MalformedMessage)
        /// A message longer than the limit, which is in bytes. Nothing more is read from this stream.
        case tooLong(limit: Int)
    }

    /// The longest message, in bytes, without what ends it.
    package let byteCountMax: Int

    private let fresh: Framing
    private var framing: Framing
    private var stash: FrameStash
    /// Whether the stash holds the message that was handed out last.
    private var isDelivered = false
    private var isOver = false

    package init(_ framing: Framing, byteCountMax: Int, pool: ChunkPool) {
        fresh = framing
        self.framing = framing
        self.byteCountMax = byteCountMax
        stash = FrameStash(pool: pool, byteCountMax: byteCountMax)
    }

    /// Whether a message has begun and its end has not arrived.
    package var isMidMessage: Bool { framing.isMidMessage }

    /// How many bytes of it are kept.
    package var stashedByteCount: Int { isDelivered ? 0 : stash.byteCount }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { isMidMessage ? stashedByteCount : nil }

    /// Forgets everything: a new connection begins.
    package mutating func reset() {
        stash.removeAll()
        framing = fresh
        isDelivered = false
        isOver = false
    }

    /// The next thing found in the stream, which goes on with `input`; takes from the front of it what has been looked
    /// at. Nil when it is used up.
    package mutating func next(_ input: inout UnsafeRawBufferPointer) -> Step? {
        if isDelivered {
            stash.removeAll()
            isDelivered = false
        }
        while !isOver, !input.isEmpty {
            let scan = framing.scan(input)
            let part = UnsafeRawBufferPointer(rebasing: input[scan.dropped..<scan.passed])
            input = UnsafeRawBufferPointer(rebasing: input[scan.passed...])
            if let step = take(part, scan.outcome) { return step }
        }
        if isOver { input = UnsafeRawBufferPointer(rebasing: input[input.count...]) }
        return nil
    }

    private mutating func take(_ part: UnsafeRawBufferPointer, _ outcome: FramingScan.Outcome) -> Step? {
        let byteCount = stash.byteCount + part.count
        switch outcome {
        case .needsMore(let unsettled):
            if byteCount - unsettled > byteCountMax { return end() }
            keep(part)
            return nil
        case .message(let trailing):
            let length = byteCount - trailing
            if length > byteCountMax { return end() }
            if length == 0, Framing.skipsEmptyMessages {
                stash.removeAll()
                return nil
            }
            return .message(whole(part, length))
        case .malformed(let error):
            if byteCount > byteCountMax { return end() }
            let excerpt = MalformedMessage.excerpt(of: whole(part, byteCount))
            return .malformed(MalformedMessage(.structure(error), excerpt: excerpt))
        }
    }

    /// The first `length` bytes of what is stashed and of `part` behind it, in place where nothing is stashed.
    private mutating func whole(_ part: UnsafeRawBufferPointer, _ length: Int) -> UnsafeRawBufferPointer {
        guard !stash.isEmpty else { return UnsafeRawBufferPointer(rebasing: part[..<length]) }
        isDelivered = true
        // What ends a message may have begun to arrive before the rest of it.
        keep(UnsafeRawBufferPointer(rebasing: part[..<max(0, length - stash.byteCount)]))
        return UnsafeRawBufferPointer(rebasing: stash.bytes[..<length])
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        var part = part
        _ = stash.fill(from: &part, to: stash.byteCount + part.count)
    }

    private mutating func end() -> Step {
        isOver = true
        stash.removeAll()
        return .tooLong(limit: byteCountMax)
    }
}
