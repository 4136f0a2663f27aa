public import HarkWire

/// `send` goes to the other side and nowhere else, whatever an emitter's `emit` does in its dialect. Natively the two
/// are the same.
extension Emitter {
    /// Sends an event without arguments.
    @inlinable @discardableResult
    public nonisolated func send(
        _ key: EventKey<>
    ) -> EmitResult { emit(key) }

    /// Sends an event with one argument.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument>(
        _ key: EventKey<A>, _ a: A
    ) -> EmitResult { emit(key, a) }

    /// Sends an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument>(
        _ key: EventKey<A, B>, _ a: A, _ b: B
    ) -> EmitResult { emit(key, a, b) }

    /// Sends an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ key: EventKey<A, B, C>, _ a: A, _ b: B, _ c: C
    ) -> EmitResult { emit(key, a, b, c) }

    /// Sends an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func send<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A
    ) -> EmitResult { emit(key, repeat each arguments) }

    /// Sends an event without arguments.
    @inlinable @discardableResult
    public nonisolated func send(
        _ name: String
    ) -> EmitResult { emit(name) }

    /// Sends an event with one argument.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument>(
        _ name: String, _ a: A
    ) -> EmitResult { emit(name, a) }

    /// Sends an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument>(
        _ name: String, _ a: A, _ b: B
    ) -> EmitResult { emit(name, a, b) }

    /// Sends an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ name: String, _ a: A, _ b: B, _ c: C
    ) -> EmitResult { emit(name, a, b, c) }

    /// Sends an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func send<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A
    ) -> EmitResult { emit(name, repeat each arguments) }
}
