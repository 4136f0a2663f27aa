internal import HarkUV
public import HarkWire

/// Listeners that go ahead of those an emitter has already, also of those by pattern and those of all events. Of two
/// that were prepended the later one runs first.
extension Emitter {
    // MARK: Every event

    /// Listens to an event with any number of arguments, ahead of the other listeners.
    @discardableResult
    public func prepend<each A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(name), isFirst: true, decoding: body)
    }

    /// Listens to an event by its key, ahead of the other listeners.
    @discardableResult
    public func prepend<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(key.text), isFirst: true, decoding: body)
    }

    /// Listens to an event as a whole, ahead of the other listeners.
    @discardableResult
    public func prepend(_ name: String, _ body: @escaping @EventLoop (Event) throws -> Void) -> Subscription {
        listen(.name(name), isFirst: true) { try body(Event(arriving: $0)) }
    }

    /// Listens to an event whose argument is bytes, read where they arrived, ahead of the other listeners.
    @discardableResult
    public func prepend(_ name: String, _ body: @escaping @EventLoop (RawSpan) throws -> Void) -> Subscription {
        listen(.name(name), isFirst: true, bytes: body) { try body(try ArgumentReader.borrowBytes($0).bytes) }
    }

    /// Listens with work that waits; it begins ahead of the other listeners.
    @discardableResult
    public func prepend<each A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (repeat each A) async throws -> Void
    ) -> Subscription {
        listen(.name(name), isFirst: true, waiting: body)
    }

    /// Listens by a key with work that waits; it begins ahead of the other listeners.
    @discardableResult
    public func prepend<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ body: @escaping @EventLoop (repeat each A) async throws -> Void
    ) -> Subscription {
        listen(.name(key.text), isFirst: true, waiting: body)
    }

    // MARK: Once

    /// Listens to the next event of this name, ahead of the other listeners.
    @discardableResult
    public func prependOnce<each A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(name), isOnce: true, isFirst: true, decoding: body)
    }

    /// Listens to the next event with this key, ahead of the other listeners.
    @discardableResult
    public func prependOnce<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(key.text), isOnce: true, isFirst: true, decoding: body)
    }

    /// Listens to the next event of this name as a whole, ahead of the other listeners.
    @discardableResult
    public func prependOnce(_ name: String, _ body: @escaping @EventLoop (Event) throws -> Void) -> Subscription {
        listen(.name(name), isOnce: true, isFirst: true) { try body(Event(arriving: $0)) }
    }
}
