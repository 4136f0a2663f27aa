internal import HarkProtocol
internal import HarkWire

/// What a gateway makes of the messages that arrive.
extension Gateway {
    /// 16 messages that make no sense: beyond, the other side speaks something else, or is no friend.
    private static let malformedCountMax = 16

    /// 64 KiB of what makes no sense are told: enough to find out who sends it.
    private static let toldByteCountMax = 64 << 10

    /// Server: introduces the client.
    final func introduce(_ hello: NativeHello) {
        native.opened(hello: hello, control: &frames)
        scheduleFlush()
    }

    /// Client: lets the link in.
    final func accept(_ welcome: NativeWelcome) {
        native.accept(welcome, control: &frames)
        scheduleFlush()
    }

    /// Delivers an event.
    ///
    /// - Returns: false when it was passed over, because it or its name is too long.
    @discardableResult
    final func deliver(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) -> Bool {
        guard name.count <= NativeLimits.nameByteCountMax else {
            let limit = NativeLimits.nameByteCountMax
            passOver("an event's name has \(name.count) bytes, and the limit is \(limit)", isMalformed: false)
            return false
        }
        var number = session.outgoing.number(of: name)
        if number == 0 { number = session.outgoing.define(name, into: &frames) }
        if number == 0 {
            NativeOutgoing.beginEvent(named: name, isVolatile: false, into: &frames)
        } else {
            NativeOutgoing.beginEvent(number, isVolatile: false, into: &frames)
        }
        frames.append(arguments)
        session.unprocessedByteCount += name.count + arguments.count
        guard !session.outgoing.endEvent(isVolatile: false, &frames) else { return true }
        passOver("an event has more than \(FrameHeader.bodyByteCountMax) bytes here", isMalformed: false)
        return false
    }

    /// Asks the link to tell at once what it has processed.
    final func requestAcknowledgement() {
        NativeFrame.begin(.flush, into: &frames)
        NativeFrame.end(&frames)
    }

    /// Passes over a message that makes no sense, and tells of it, behind what arrived before it; closes the connection
    /// when there are too many. Those that only have no place here do not count.
    final func passOver(_ why: String, _ bytes: UnsafeRawBufferPointer? = nil, isMalformed: Bool = true) {
        let bytes = bytes.map { Bytes($0.prefix(Self.toldByteCountMax)) }
        flush()
        guard !isClosed else { return }
        if isMalformed { malformedCount += 1 }
        let link = link
        guard malformedCount < Self.malformedCountMax else {
            let text = "\(malformedCount) messages made no sense, the last one: \(why)"
            return fail(HarkError(.protocolViolation, text, event: nil, peer: link?.peer?.id, bytes: bytes))
        }
        link?.owner?.linkDidFail(
            HarkError(.decode, "a message was passed over: \(why)", event: nil, peer: link?.peer?.id, bytes: bytes))
    }
}
