public import HarkWire

/// `send` goes to the other side and nowhere else, whatever the echo policy says of `emit`. Without one the two are the
/// same.
extension Emitter {
    /// Sends an event without arguments.
    @inlinable @discardableResult
    public nonisolated func send(
        _ key: EventKey<>
    ) -> EmitResult {
        transmit(key.name) { _ in }
    }

    /// Sends an event with one argument.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument>(
        _ key: EventKey<A>, _ a: A
    ) -> EmitResult {
        transmit(key.name) { a.encode(into: &$0) }
    }

    /// Sends an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument>(
        _ key: EventKey<A, B>, _ a: A, _ b: B
    ) -> EmitResult {
        transmit(key.name) {
            a.encode(into: &$0)
            b.encode(into: &$0)
        }
    }

    /// Sends an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ key: EventKey<A, B, C>, _ a: A, _ b: B, _ c: C
    ) -> EmitResult {
        transmit(key.name) {
            a.encode(into: &$0)
            b.encode(into: &$0)
            c.encode(into: &$0)
        }
    }

    /// Sends an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func send<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A
    ) -> EmitResult {
        transmit(key.name) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// Sends an event without arguments.
    @inlinable @discardableResult
    public nonisolated func send(
        _ name: String
    ) -> EmitResult {
        transmit(name, isVolatile: false) { _ in }
    }

    /// Sends an event with one argument.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument>(
        _ name: String, _ a: A
    ) -> EmitResult {
        transmit(name, isVolatile: false) { a.encode(into: &$0) }
    }

    /// Sends an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument>(
        _ name: String, _ a: A, _ b: B
    ) -> EmitResult {
        transmit(name, isVolatile: false) {
            a.encode(into: &$0)
            b.encode(into: &$0)
        }
    }

    /// Sends an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func send<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ name: String, _ a: A, _ b: B, _ c: C
    ) -> EmitResult {
        transmit(name, isVolatile: false) {
            a.encode(into: &$0)
            b.encode(into: &$0)
            c.encode(into: &$0)
        }
    }

    /// Sends an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func send<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A
    ) -> EmitResult {
        transmit(name, isVolatile: false) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }
}
