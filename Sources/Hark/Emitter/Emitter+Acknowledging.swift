internal import HarkUV
public import HarkWire

/// Events whose emitter wants to know that they have been processed.
///
/// Every event but volatile ones is acknowledged and sent again anyway; these forms only wait for it. A server waits
/// for all peers that it has at that moment.
extension Emitter {
    /// Emits an event, and waits until the other side's listeners have returned.
    ///
    /// ```swift
    /// try await client.emit("order", 7, ack: .within(.seconds(5)))
    /// ```
    /// While more is queued than `Limits.highWaterByteCount`, a client and a peer wait for room before they emit, first
    /// come, first served. A server does not: one slow peer would hold up the others.
    /// - Parameters:
    ///   - name: the event's name.
    ///   - arguments: what to send with it.
    ///   - deadline: how long to wait, for room and for the answer together.
    ///   - ttl: how long the event is worth sending; without an end by default.
    /// - Throws: `HarkError`: `.listener` when one threw there; `.timeout` when the time is over, though the event may
    ///   still arrive if there was room for it; `.gaveUp`, `.disconnected`, `.closed` or `.cancelled` when nobody waits
    ///   for the answer any more; `.expired`, `.limit` or `.arguments` when it was not even sent.
    public func emit<each A: EventArgument & Sendable>(
        _ name: String, _ arguments: repeat each A, ack deadline: AcknowledgementDeadline, ttl: Duration? = nil
    ) async throws {
        let answer = Answer()
        let begin = environment.clock.now
        let link = waitsForRoom ? acknowledgingLinks.first : nil
        let hasWaited = try await link?.waitForRoom(within: deadline.duration) == true
        let waited = Duration.milliseconds(environment.clock.now - begin)
        emit(name, repeat each arguments, ack: .within(deadline.duration - waited), ttl: ttl.map { $0 - waited }) {
            answer.give($0)
        }
        if hasWaited { link?.tookRoom() }
        try await withTaskCancellationHandler {
            try await answer.value()
        } onCancel: {
            EventLoop.task { answer.give(HarkError(.cancelled, "the task that waited was cancelled")) }
        }
    }

    /// As the form with a string.
    public func emit<each A: EventArgument & Sendable>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A, ack deadline: AcknowledgementDeadline,
        ttl: Duration? = nil
    ) async throws {
        try await emit(key.text, repeat each arguments, ack: deadline, ttl: ttl)
    }

    /// Emits an event, and calls back when the other side's listeners have returned. It does not wait for room.
    ///
    /// - Parameters:
    ///   - name: the event's name.
    ///   - arguments: what to send with it.
    ///   - deadline: how long to wait.
    ///   - ttl: how long the event is worth sending; without an end by default.
    ///   - completion: called once, after this call has returned: with nil, or with the error that the form that waits
    ///     would throw.
    public func emit<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A, ack deadline: AcknowledgementDeadline, ttl: Duration? = nil,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) {
        wait(deadline, name, completion) {
            if let ttl { emit(name, repeat each arguments, ttl: ttl) } else { emit(name, repeat each arguments) }
        }
    }

    /// As the other form, with arguments that are known only at run time.
    public func emit(
        _ name: String, values: [Value], ack deadline: AcknowledgementDeadline, ttl: Duration? = nil,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) {
        wait(deadline, name, completion) {
            if let ttl { emit(name, values: values, ttl: ttl) } else { emit(name, values: values) }
        }
    }

    private func wait(
        _ deadline: AcknowledgementDeadline, _ name: String, _ completion: @escaping @EventLoop (HarkError?) -> Void,
        emit: () -> EmitResult
    ) {
        let before = acknowledgingLinks.map { (link: $0, ordinal: $0.outlet.lastOrdinal) }
        let result = emit()
        let sent = before.filter { $0.link.outlet.lastOrdinal > $0.ordinal }.map(\.link)
        var refusal: HarkError?
        if case .dropped(let reason) = result {
            refusal = HarkError(dropped: reason, name)
        } else if !isEverAcknowledged {
            refusal = HarkError(.unsupported, "members of a group do not acknowledge; have one answer by an event")
        }
        guard !sent.isEmpty else {
            EventLoop.task { completion(refusal) }
            return
        }
        if let link = sent.first(where: { !$0.features.contains(.acknowledgements) }) {
            let error = HarkError(unsupported: "acknowledgements; await acknowledged() to know that all has left", link)
            EventLoop.task { completion(error) }
            return
        }
        let round = AcknowledgementRound(sent.count, completion)
        if sent.count < before.count {
            round.fail(HarkError(.limit, "\(before.count - sent.count) of \(before.count) peers cannot take the event"))
        }
        for link in sent { link.awaitAcknowledgement(within: deadline.duration) { round.settle($0) } }
    }
}

/// What somebody waits for; the first one counts.
@EventLoop
private final class Answer {
    private var result: Result<Void, HarkError>?
    private var continuation: CheckedContinuation<Void, any Error>?

    func give(_ error: HarkError?) {
        guard result == nil else { return }
        let result: Result<Void, HarkError> = error.map { .failure($0) } ?? .success(())
        self.result = result
        continuation?.resume(with: result.mapError { $0 as any Error })
        continuation = nil
    }

    func value() async throws {
        if let result { return try result.get() }
        try await withCheckedThrowingContinuation { continuation = $0 }
    }
}

/// The acknowledgements of one event by several peers.
@EventLoop
private final class AcknowledgementRound {
    private var count: Int
    private var error: HarkError?
    private let completion: @EventLoop (HarkError?) -> Void

    init(_ count: Int, _ completion: @escaping @EventLoop (HarkError?) -> Void) {
        self.count = count
        self.completion = completion
    }

    /// The first error counts.
    func fail(_ error: HarkError?) { self.error = self.error ?? error }

    func settle(_ error: HarkError?) {
        fail(error)
        count -= 1
        if count == 0 { completion(self.error) }
    }
}

extension HarkError {
    /// Somebody waits for an event that was not sent.
    init(dropped reason: DropReason, _ name: String? = nil, _ values: [Value] = [], peer: Peer.ID? = nil) {
        let code: Code =
            switch reason {
            case .closed: .closed
            case .notEncodable, .tooManyArguments: .arguments
            case .reservedName: .unsupported
            case .expired: .expired
            case .unknownPeer: .unknownPeer
            case .notConnected, .stopped: .notConnected
            case .queueFull, .relayFull, .overflow, .superseded, .paused, .mailboxFull, .tooLarge, .nameTooLong,
                .volatile:
                .limit
            }
        self.init(
            code, "\(name.map { "\"\($0)\"" } ?? "the event") was not sent: \(reason.rawValue)", event: name,
            peer: peer, values: values)
    }

    /// Somebody asks for what the wire does not have.
    @EventLoop
    init(unsupported what: String, _ link: NativeLink) {
        self.init(.unsupported, "the \(link.dialect) dialect has no \(what)")
    }
}
