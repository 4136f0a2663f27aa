public import HarkUV
public import HarkWire

/// What a client says at the start of each connection, ahead of all that waits to be sent: see
/// `Client.Options.onConnect`.
@EventLoop
public final class Preamble {
    /// How this connection relates to those before it.
    public let resumption: Resumption

    private let link: NativeLink
    private let connection: any Connection

    init(_ link: NativeLink, _ connection: any Connection, _ resumption: Resumption) {
        self.link = link
        self.connection = connection
        self.resumption = resumption
    }

    /// Whether the connection is still there, and waits for the end of the preamble.
    var isCurrent: Bool { link.connection === connection && link.isHeld }

    /// Emits an event to the server, once: if the connection breaks, the next one has a preamble of its own.
    ///
    /// - Throws: `HarkError` with code `.disconnected` when the connection is gone or the preamble is over, `.limit`
    ///   when the event is too long, `.arguments` when it cannot be encoded or has more arguments than the dialect can
    ///   carry, `.unsupported` when its name means something else in the dialect.
    public func emit<each A: EventArgument>(_ name: String, _ arguments: repeat each A) throws {
        try checkCurrent()
        try link.emitAhead(name) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// Emits an event whose arguments are known only at run time.
    ///
    /// - Throws: as the typed form.
    public func emit(_ name: String, values: [Value]) throws {
        try checkCurrent()
        try link.emitAhead(name) { writer in
            for value in values { writer.write(value) }
        }
    }

    /// Asks the server and waits for its answer.
    ///
    /// - Parameters:
    ///   - name: the request's name.
    ///   - arguments: what to send with it.
    ///   - deadline: how long to wait; 5 s by default.
    /// - Throws: as `Client.request`; `.disconnected` also when the preamble is over.
    public func request<each A: EventArgument & Sendable, Result: EventArgument & Sendable>(
        _ name: String, _ arguments: repeat each A, within deadline: Duration = .seconds(5)
    ) async throws -> Result {
        try checkCurrent()
        return try await link.request(name, within: deadline, isAhead: true) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// Asks with arguments that are known only at run time.
    ///
    /// - Throws: as the typed form.
    public func request(_ name: String, values: [Value], within deadline: Duration = .seconds(5)) async throws -> Value
    {
        try checkCurrent()
        return try await link.request(name, within: deadline, isAhead: true) { writer in
            for value in values { writer.write(value) }
        }
    }

    private func checkCurrent() throws {
        guard !isCurrent else { return }
        throw HarkError(.disconnected, "the preamble is over, or its connection lost; emit through the client")
    }
}
