internal import HarkProtocol
internal import HarkUV

/// When a gateway reads, and how long a message may take.
extension Gateway {
    final func startReading() {
        // Whoever has put itself in between since stays there.
        if !isBegun { wire.receiver = self }
        pause(.link, false)
        if isBegun { return }
        isBegun = true
        // The server's part of a link is greeted; a client's is waited for.
        if native.role == .server { native.opened(control: &frames) }
        began()
    }

    final func stopReading() { pause(.link, true) }

    /// Stops reading while too much of what was read waits, and goes on afterwards.
    final func updateReading() {
        let isOverrun = window.isOverrun(
            session, isWorkDeferred: link?.isWorkDeferred == true, outputByteCount: output.byteCount)
        if isOverrun != pauses.contains(.overrun) { pause(.overrun, isOverrun) }
    }

    final func pause(_ reason: GatewayPauses, _ isPaused: Bool) {
        let wasReading = pauses.isEmpty
        if isPaused { pauses.insert(reason) } else { pauses.remove(reason) }
        guard !isClosed, wasReading != pauses.isEmpty else { return }
        guard !wasReading else { return wire.stopReading() }
        wire.startReading()
        frameWatch?.began()
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
    /// A message whose rest is not read is not late.
    final var isMidFrame: Bool { partOfMessage != nil && pauses.isEmpty }
    final var partByteCount: Int { partOfMessage ?? 0 }

    final func frameIsLate() {
        let allowance = link.map { " than \($0.options.timing.frame)" } ?? ""
        fail(HarkError(.timeout, "a message took longer\(allowance) to arrive"))
    }
}
