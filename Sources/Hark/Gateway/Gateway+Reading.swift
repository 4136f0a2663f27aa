internal import HarkProtocol
internal import HarkUV

/// When a gateway reads, and how long a message may take.
extension Gateway {
    final func startReading() {
        isReadingWanted = true
        // Whoever has put itself in between since stays there.
        if !isBegun { wire.receiver = self }
        if !isPaused { wire.startReading() }
        if isBegun { return }
        isBegun = true
        // The server's part of a link is greeted; a client's is waited for.
        if native.role == .server { native.opened(control: &frames) }
        began()
    }

    final func stopReading() {
        isReadingWanted = false
        wire.stopReading()
    }

    /// 16 384 events that the link has not processed: a quarter of what it accepts. The rest waits where the other side
    /// notices it.
    private static let unprocessedCountMax: UInt64 = 1 << 14

    /// 1 MiB of answers that the other side does not read: it does not get more before it has.
    private static let answerByteCountMax = 1 << 20

    /// Stops reading while too much of what was read waits, and goes on afterwards.
    final func updateReading() {
        let isOverrun =
            session.outgoing.unacknowledgedCount > Self.unprocessedCountMax
            || answerByteCount > Self.answerByteCountMax
        guard isOverrun != isPaused, !isClosed else { return }
        isPaused = isOverrun
        guard isReadingWanted else { return }
        if isOverrun { wire.stopReading() } else { wire.startReading() }
    }

    /// Looks after a message that has begun.
    ///
    /// - Parameters:
    ///   - partBefore: what was here of a message before `byteCount` more bytes arrived.
    final func watchMessage(_ partBefore: Int?, _ byteCount: Int) {
        guard let part = partOfMessage else { return }
        // It goes on where everything that has arrived was added to it.
        if let partBefore, part == partBefore + byteCount { return }
        if frameWatch == nil, let link, link.options.timing.frame > .zero {
            let allowance = link.options.timing.frame.milliseconds
            frameWatch = FrameWatch(self, link.environment.clock, allowance: allowance)
        }
        frameWatch?.began()
    }
}

extension Gateway: FrameReceiver {
    final var isMidFrame: Bool { partOfMessage != nil }
    final var partByteCount: Int { partOfMessage ?? 0 }

    final func frameIsLate() {
        let allowance = link.map { " than \($0.options.timing.frame)" } ?? ""
        fail(HarkError(.timeout, "a message took longer\(allowance) to arrive"))
    }
}
