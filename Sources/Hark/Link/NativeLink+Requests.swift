internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// A request that waits for its reply.
@EventLoop
final class PendingRequest {
    let finish: @EventLoop (Result<UnsafeRawBufferPointer, HarkError>) -> Void
    var timer: (any EventTimer)?

    init(_ finish: @escaping @EventLoop (Result<UnsafeRawBufferPointer, HarkError>) -> Void) { self.finish = finish }
}

/// Asking and answering.
extension NativeLink: ReplyTarget {
    // MARK: Asking

    /// Sends a request and waits for its reply. Requests are never resent: when the connection ends they fail.
    ///
    /// - Parameter isAhead: whether it overtakes the data that waits.
    func request<Result: EventArgument & Sendable>(
        _ name: String, within deadline: Duration, isAhead: Bool = false, _ encode: (inout ArgumentWriter) -> Void
    ) async throws -> Result {
        guard owner != nil else { throw HarkError(.closed, "the emitter is closed") }
        guard features.contains(.requests) else {
            throw HarkError(unsupported: "requests; answer an event with an event", self)
        }
        guard isDataOpen else {
            throw gaveUp
                ?? HarkError(.disconnected, "there is no connection to send \"\(name)\" over; wait for .connect")
        }
        guard occasions.requests.count < options.limits.requestCount else {
            throw HarkError(.limit, "\(occasions.requests.count) requests wait for their replies already")
        }
        guard queuedByteCount <= options.limits.queueByteCount else {
            throw HarkError(.limit, "\(queuedByteCount) bytes wait to be sent already")
        }
        let id = occasions.nextRequest
        occasions.nextRequest += 1
        if isAhead {
            try requestAhead(id, name, within: deadline, encode)
        } else {
            if let refusal = outlet.beginRequest(id, name, within: deadline.milliseconds) { throw refusal }
            encode(&outlet.arguments)
            if let refusal = outlet.endRequest() { throw refusal }
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Cancelled before there was a request to finish.
                guard !Task.isCancelled else { return continuation.resume(throwing: Self.cancelled) }
                wait(id, name, deadline) { result in
                    continuation.resume(with: result.flatMapThrowing { try Self.decode($0) })
                }
            }
        } onCancel: {
            EventLoop.task {
                self.finishRequest(id, .failure(Self.cancelled))
            }
        }
    }

    nonisolated static var cancelled: HarkError {
        HarkError(.cancelled, "the task that waited was cancelled")
    }

    private static func decode<Result: EventArgument>(_ bytes: UnsafeRawBufferPointer) throws(ArgumentError) -> Result {
        var reader = ArgumentReader(bytes)
        return try Result(reading: &reader)
    }

    func wait(
        _ id: UInt64, _ name: String, _ deadline: Duration,
        _ finish: @escaping @EventLoop (Result<UnsafeRawBufferPointer, HarkError>) -> Void
    ) {
        let request = PendingRequest(finish)
        occasions.requests[id] = request
        // Strong: the timer is let go of when the request ends.
        request.timer = environment.clock.timer {
            let text = "no answer to \"\(name)\" within \(deadline)"
            self.finishRequest(id, .failure(HarkError(.timeout, text)))
        }
        request.timer?.schedule(at: environment.clock.now + deadline.milliseconds)
    }

    func finishRequest(_ id: UInt64, _ result: Result<UnsafeRawBufferPointer, HarkError>) {
        // Late answers find nobody.
        guard let request = occasionsIfAny?.requests.removeValue(forKey: id) else { return }
        request.timer?.cancel()
        request.finish(result)
    }

    func failRequests(_ error: HarkError) {
        for id in occasionsIfAny?.requests.keys.sorted() ?? [] { finishRequest(id, .failure(error)) }
    }

    static func requestError(_ code: UInt64, _ text: String) -> HarkError {
        switch NativeOutcome(rawValue: code) {
        case .nobody: HarkError(.noResponder, text.isEmpty ? "nobody answers this request" : text)
        case .expired: HarkError(.timeout, text)
        case .badArguments: HarkError(.arguments, text)
        case .overloaded: HarkError(.limit, text)
        case .ok, .threw, nil: HarkError(.requestFailed, text)
        }
    }

    // MARK: Answering

    func answering(_ id: UInt64, _ isBegin: Bool) { occasions.answeringCount += isBegin ? 1 : -1 }

    func answer(_ id: UInt64, name: String, _ arguments: UnsafeRawBufferPointer) {
        guard let responder = owner?.responder(of: name) else {
            return fail(id, .nobody, "nobody answers \"\(name)\" there")
        }
        guard !refusesRequest(id) else { return }
        let reply = Reply(to: id, over: self)
        do {
            try responder(arguments, reply)
        } catch let error as ArgumentError {
            reply.fail(.badArguments, "\"\(name)\" does not take these arguments: \(error)")
        } catch {
            reply.fail(error)
        }
    }

    func reply(to id: UInt64, _ encode: (inout ArgumentWriter) -> Void) {
        guard isDataOpen else { return }
        guard hasRoomForReply else { return fail(id, .overloaded, "too much waits to be sent") }
        outlet.beginReply(id)
        encode(&outlet.arguments)
        if !outlet.endReply() { fail(id, .threw, "the result cannot be sent") }
    }

    func fail(_ id: UInt64, _ outcome: NativeOutcome, _ text: String) {
        guard isDataOpen else { return }
        outlet.writeFailure(id, outcome, text)
    }
}

extension Result {
    /// As `flatMap`, with a closure that throws.
    fileprivate func flatMapThrowing<New>(_ transform: (Success) throws -> New) -> Swift.Result<New, any Error> {
        Swift.Result { try transform(try get()) }
    }
}
