internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Goodbyes, given and received.
extension NativeLink {
    /// Says goodbye after everything emitted before, and waits until the other side has closed, or for the deadline.
    ///
    /// - Parameters:
    ///   - reason: why, if it is not as usual.
    ///   - retryAfter: how long the other side shall stay away, if it shall.
    func close(as reason: GoodbyeReason? = nil, retryAfter: Duration = .zero) async {
        guard connection != nil, machine.state != .closing else { return end(nil) }
        countProcessed()
        machine.acknowledge(into: &control)
        let stayAway = retryAfter.milliseconds
        outlet.catchUp()
        machine.close(
            reason ?? (stayAway > 0 ? .shutdown : .normal), retryAfter: stayAway, control: &outlet.arguments.bytes)
        setDirty()
        endStormPause()
        let timer = environment.clock.timer { self.end(nil) }
        timer.schedule(at: environment.clock.now + options.timing.close.milliseconds)
        await withCheckedContinuation { occasions.closing = $0 }
        timer.cancel()
        end(nil)
    }

    /// The other side broke the protocol.
    func violated(_ violation: NativeViolation) {
        let code: HarkError.Code = isDataOpen ? .protocolViolation : .handshake
        machine.violated(violation, control: &control)
        end(HarkError(code, "the other side broke the protocol: \(violation)", cause: violation))
    }

    /// The other side has said goodbye. It waits a while for the acknowledgement of what is still in work.
    func receivedGoodbye() {
        guard isWorkDeferred, occasions.closing == nil, isDataOpen else { return sayFarewell() }
        isLingering = true
        let timer = environment.clock.timer { [unowned self] in sayFarewell() }
        occasions.lingerTimer = timer
        timer.schedule(at: environment.clock.now + options.timing.close.milliseconds)
    }

    func sayFarewell() {
        occasionsIfAny?.lingerTimer?.cancel()
        guard let goodbye = machine.goodbye else { return end(nil) }
        let wasOpen = isDataOpen
        let reason = goodbye.reason.map { "\($0)" } ?? "code \(goodbye.code)"
        let text = goodbye.text.isEmpty ? reason : "\(reason), \(goodbye.text)"
        countProcessed()
        machine.acknowledge(into: &control)
        if goodbye.reason == .invalidated { forgetSessionAndData() }
        end(
            HarkError(wasOpen ? .disconnected : .handshake, "the other side closed the connection: \(text)"),
            retryAfter: goodbye.retryAfter == 0 ? nil : goodbye.retryAfter)
    }
}
