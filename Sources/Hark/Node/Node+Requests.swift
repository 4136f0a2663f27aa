internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// Asking other nodes. A request goes to one of those that answer its name, and is never sent again.
extension Node {
    /// Asks one of the nodes that answer requests of this name, and waits for its answer.
    ///
    /// - Parameters:
    ///   - name: the request's name.
    ///   - arguments: what to send with it.
    ///   - deadline: how long to wait; 5 s by default.
    /// - Throws: `HarkError`: `.noResponder` at once when no node answers this name, `.timeout`, `.requestFailed`,
    ///   `.disconnected` when the node that was asked is gone, `.limit` or `.closed`; `ArgumentError` when the answer
    ///   is of another type.
    public func request<each A: EventArgument & Sendable, Result: EventArgument & Sendable>(
        _ name: String, _ arguments: repeat each A, within deadline: Duration = .seconds(5)
    ) async throws -> Result {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for argument in repeat each arguments { argument.encode(into: &writer) }
        return try await ask(name, writer, within: deadline) { try Result(reading: &$0) }
    }

    /// Asks with arguments that are known only at run time.
    ///
    /// - Throws: as the typed form.
    public func request(_ name: String, values: [Value], within deadline: Duration = .seconds(5)) async throws -> Value
    {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for value in values { writer.write(value) }
        return try await ask(name, writer, within: deadline) { try $0.readValue() }
    }

    private func ask<Result: Sendable>(
        _ name: String, _ writer: consuming ArgumentWriter, within deadline: Duration,
        _ decode: @escaping @EventLoop (inout ArgumentReader) throws -> Result
    ) async throws -> Result {
        let requests = try meshRequests()
        let arguments = try Self.encoded(&writer)
        let identity = try requests.responder(of: name)
        return try await ask(identity, name, arguments, within: deadline, decode)
    }

    private func ask<Result: Sendable>(
        _ identity: MeshIdentity, _ name: String, _ arguments: [UInt8], within deadline: Duration,
        _ decode: @escaping @EventLoop (inout ArgumentReader) throws -> Result
    ) async throws -> Result {
        let requests = try meshRequests()
        let id = requests.takeNumber()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: NativeLink.cancelled) }
                requests.ask(id, identity, name, arguments, within: deadline) { answer in
                    continuation.resume(
                        with: Swift.Result {
                            var reader = ArgumentReader(try answer.get())
                            return try decode(&reader)
                        })
                }
            }
        } onCancel: {
            EventLoop.task { requests.finish(id, .failure(NativeLink.cancelled)) }
        }
    }

    /// Asks all nodes that answer requests of this name, and collects what they answer until the deadline.
    ///
    /// - Returns: the answers by the ids of the nodes; of those that failed or were late there is none.
    /// - Throws: `HarkError` with code `.noResponder` at once when no node answers this name, or `.closed`.
    public func survey(
        _ name: String, values: [Value] = [], within deadline: Duration = .seconds(5)
    ) async throws -> [String: Value] {
        let requests = try meshRequests()
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for value in values { writer.write(value) }
        let arguments = try Self.encoded(&writer)
        let identities = mesh?.responders(of: name) ?? []
        guard !identities.isEmpty else { throw HarkError(.noResponder, "no node answers \"\(name)\"") }
        var answers: [String: Value] = [:]
        var left = identities.count
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            for identity in identities {
                requests.ask(requests.takeNumber(), identity, name, arguments, within: deadline) { answer in
                    if let bytes = try? answer.get() {
                        var reader = ArgumentReader(bytes)
                        if let value = try? reader.readValue() { answers[identity.id] = value }
                    }
                    left -= 1
                    if left == 0 { continuation.resume() }
                }
            }
        }
        return answers
    }

    private static func encoded(_ writer: inout ArgumentWriter) throws(HarkError) -> [UInt8] {
        guard writer.takeFailure() == nil else { throw HarkError(.arguments, "an argument cannot be encoded") }
        return writer.bytes.takeBytes()
    }

    private func meshRequests() throws(HarkError) -> MeshRequests {
        guard !isClosed else { throw HarkError(.closed, "the node has ended") }
        guard let mesh else {
            throw HarkError(
                .unsupported, "the \(options.dialect) dialect has no requests; answer an event with an event")
        }
        return mesh.requests
    }
}
