internal import HarkUV
public import HarkWire

/// `broadcast` says what a server's `emit` does.
extension Server {
    /// Waits until everything emitted so far to those who are peers now has been handed to their sockets, so that what
    /// is emitted next leaves at once. For producers: `if server.emit(…) != .written { try await server.drained() }`.
    ///
    /// A peer that does not read holds this up, until it reads, is closed as a slow consumer or gives no answer to the
    /// heartbeat. Peers that go away meanwhile are waited for no longer.
    ///
    /// - Throws: `HarkError` with code `.closed` when the server is closed, `.cancelled` when the task that waits is.
    public func drained() async throws {
        for peer in peers where !peer.link.isDrained {
            do {
                try await peer.drained()
            } catch let error as HarkError where error.code == .closed && !isClosed {
                continue
            }
        }
        if isClosed { throw HarkError(.closed, "the server is closed") }
    }

    /// Sends all peers an event without arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast(
        _ key: EventKey<>
    ) -> EmitResult { emit(key) }

    /// Sends all peers an event with one argument.
    @inlinable @discardableResult
    public nonisolated func broadcast<A: EventArgument>(
        _ key: EventKey<A>, _ a: A
    ) -> EmitResult { emit(key, a) }

    /// Sends all peers an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast<A: EventArgument, B: EventArgument>(
        _ key: EventKey<A, B>, _ a: A, _ b: B
    ) -> EmitResult { emit(key, a, b) }

    /// Sends all peers an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ key: EventKey<A, B, C>, _ a: A, _ b: B, _ c: C
    ) -> EmitResult { emit(key, a, b, c) }

    /// Sends all peers an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A
    ) -> EmitResult { emit(key, repeat each arguments) }

    /// Sends all peers an event without arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast(
        _ name: String
    ) -> EmitResult { emit(name) }

    /// Sends all peers an event with one argument.
    @inlinable @discardableResult
    public nonisolated func broadcast<A: EventArgument>(
        _ name: String, _ a: A
    ) -> EmitResult { emit(name, a) }

    /// Sends all peers an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast<A: EventArgument, B: EventArgument>(
        _ name: String, _ a: A, _ b: B
    ) -> EmitResult { emit(name, a, b) }

    /// Sends all peers an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ name: String, _ a: A, _ b: B, _ c: C
    ) -> EmitResult { emit(name, a, b, c) }

    /// Sends all peers an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func broadcast<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A
    ) -> EmitResult { emit(name, repeat each arguments) }

    /// Sends one peer an event.
    ///
    /// - Returns: what became of it; `.dropped(.unknownPeer)` when nobody has that name now.
    @discardableResult
    public func send<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A, to peer: Peer.ID
    ) -> EmitResult {
        self.peer(peer)?.send(name, repeat each arguments) ?? .dropped(.unknownPeer)
    }

    /// Sends one peer an event by its key.
    ///
    /// - Returns: what became of it; `.dropped(.unknownPeer)` when nobody has that name now.
    @discardableResult
    public func send<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A, to peer: Peer.ID
    ) -> EmitResult {
        self.peer(peer)?.send(key, repeat each arguments) ?? .dropped(.unknownPeer)
    }
}
