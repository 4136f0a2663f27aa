internal import HarkUV
public import HarkWire

/// `broadcast` says what a server's `emit` does.
extension Server {
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
    /// - Returns: what became of it; `.dropped(.unknownPeer)` when nobody has that name now, which the socket-ipc
    ///   dialect tells the `.error` listeners too.
    @discardableResult
    public func send<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A, to peer: Peer.ID
    ) -> EmitResult {
        self.peer(peer)?.send(name, repeat each arguments) ?? unknown(peer, name, repeat each arguments)
    }

    /// Sends one peer an event by its key.
    ///
    /// - Returns: what became of it; `.dropped(.unknownPeer)` when nobody has that name now.
    @discardableResult
    public func send<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A, to peer: Peer.ID
    ) -> EmitResult {
        self.peer(peer)?.send(key, repeat each arguments) ?? unknown(peer, key.text, repeat each arguments)
    }

    private func unknown<each A: EventArgument>(
        _ peer: Peer.ID, _ name: String, _ arguments: repeat each A
    ) -> EmitResult {
        let reason = isClosed ? DropReason.closed : .unknownPeer
        guard outlet.onLoop({ $0.rules.contains(.tellsEach) }) else { return .dropped(.unknownPeer) }
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for argument in repeat each arguments { argument.encode(into: &writer) }
        var reader = ArgumentReader(writer.bytes.frameBytes())
        var values: [Value] = []
        while !reader.isAtEnd, let value = try? reader.readValue() { values.append(value) }
        outlet.onLoop { $0.count(reason) }
        tellRefused(reason, name, values, to: peer)
        return .dropped(reason)
    }
}
