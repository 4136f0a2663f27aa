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
    /// - Parameter others: more arguments, which stand elsewhere.
    /// - Returns: false when it was passed over, because it or its name is too long.
    @discardableResult
    final func deliver(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer,
        _ others: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> Bool {
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
        frames.append(others)
        session.unprocessedByteCount += name.count + arguments.count + others.count
        guard !session.outgoing.endEvent(isVolatile: false, &frames) else { return true }
        passOver("an event has more than \(FrameHeader.bodyByteCountMax) bytes here", isMalformed: false)
        return false
    }

    /// The link goes on with its session, of which it has processed so many events: the ones that were delivered and of
    /// which it does not know are its own again.
    ///
    /// - Returns: how many of those that were delivered it has not received, and how many it has processed that were
    ///   not known to be; nil without a link.
    final func resumeDelivering(from processed: UInt64) -> (lost: Int, processed: Int)? {
        guard let link else { return nil }
        let counts = session.resume(received: link.machine.incoming.receivedCount, processed: processed)
        // The connection may have ended before the link had heard of them all.
        session.outgoing.redeclareNames(into: &frames)
        // The link expects what it has not processed again, and passes over as many. What the other side sends again is
        // known here by its ids.
        for _ in 0..<session.outgoing.unacknowledgedCount {
            NativeOutgoing.beginEvent(
                named: UnsafeRawBufferPointer(start: nil, count: 0), isVolatile: false, into: &frames)
            NativeFrame.end(&frames)
        }
        return counts
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
