internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Asking for a sign of life.
extension NativeLink {
    /// Tells who asks from the heartbeat, whose tokens are milliseconds.
    private static let pingBit: UInt64 = 1 << 63

    /// Waits until the other side has answered a ping. It waits as requests do, among them.
    func ping(within deadline: Duration) async throws {
        guard owner != nil else { throw HarkError(.closed, "the emitter is closed") }
        guard isDataOpen else { throw gaveUp ?? HarkError(.disconnected, "there is no connection to ping over") }
        guard occasions.requests.count < options.limits.requestCount else {
            throw HarkError(.limit, "\(occasions.requests.count) requests wait for their replies already")
        }
        let id = occasions.nextRequest
        occasions.nextRequest += 1
        machine.ping(id | Self.pingBit, into: &control)
        setDirty()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: Self.cancelled) }
                wait(id, "a ping", deadline) { continuation.resume(with: $0.map { _ in }) }
            }
        } onCancel: {
            EventLoop.task { self.finishRequest(id, .failure(Self.cancelled)) }
        }
    }

    func answered(_ token: UInt64) {
        guard token & Self.pingBit != 0 else { return }
        finishRequest(token & ~Self.pingBit, .success(UnsafeRawBufferPointer(start: nil, count: 0)))
    }
}
