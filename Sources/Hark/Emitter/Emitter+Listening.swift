internal import HarkUV
public import HarkWire

/// Listeners run on the loop, in the order of registration, with the arguments decoded to the types they ask for. One
/// that throws, or whose types do not fit the event, is reported as `.error`; the connection and the other listeners
/// are not affected.
extension Emitter {
    // MARK: Typed arguments

    /// Listens to an event, whatever its arguments.
    @inlinable @discardableResult
    public func on(_ name: String, _ body: @escaping @EventLoop () throws -> Void) -> Subscription {
        listen(name) { _ in try body() }
    }

    /// Listens to an event with one argument.
    @inlinable @discardableResult
    public func on<A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (A) throws -> Void
    ) -> Subscription {
        listen(name, Self.handler(body))
    }

    /// Listens to an event with two arguments.
    @inlinable @discardableResult
    public func on<A: EventArgument, B: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (A, B) throws -> Void
    ) -> Subscription {
        listen(name, Self.handler(body))
    }

    /// Listens to an event with three arguments.
    @inlinable @discardableResult
    public func on<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (A, B, C) throws -> Void
    ) -> Subscription {
        listen(name, Self.handler(body))
    }

    /// Listens to an event with any number of arguments.
    @discardableResult
    public func on<each A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(name), decoding: body)
    }

    /// Listens to an event by its key.
    @inlinable @discardableResult
    public func on<A: EventArgument>(
        _ key: EventKey<A>, _ body: @escaping @EventLoop (A) throws -> Void
    ) -> Subscription {
        listen(key.text, Self.handler(body))
    }

    /// Listens to an event by its key.
    @discardableResult
    public func on<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(key.text), decoding: body)
    }

    // MARK: Bytes and whole events

    /// Listens to an event whose argument is bytes, which are read where they arrived: nothing is copied, and they are
    /// valid during the call.
    @inlinable @discardableResult
    public func on(_ name: String, _ body: @escaping @EventLoop (RawSpan) throws -> Void) -> Subscription {
        listen(name, bytes: body) { try body(try ArgumentReader.borrowBytes($0).bytes) }
    }

    /// Listens to an event by its key, reading its bytes where they arrived.
    @inlinable @discardableResult
    public func on(
        _ key: EventKey<Bytes>, _ body: @escaping @EventLoop (RawSpan) throws -> Void
    ) -> Subscription {
        listen(key.text, bytes: body) { try body(try ArgumentReader.borrowBytes($0).bytes) }
    }

    /// Listens to an event as a whole: name, sender and undecoded arguments.
    @discardableResult
    public func on(_ name: String, _ body: @escaping @EventLoop (Event) throws -> Void) -> Subscription {
        listen(name) { try body(Event(arriving: $0)) }
    }

    /// Listens to every event from the other side, whatever its name.
    @discardableResult
    public func onAny(_ body: @escaping @EventLoop (Event) throws -> Void) -> Subscription {
        listen(.any) { try body(Event(arriving: $0)) }
    }

    // MARK: Once

    /// Listens to the next event of this name, whatever its arguments.
    @discardableResult
    public func once(_ name: String, _ body: @escaping @EventLoop () throws -> Void) -> Subscription {
        listen(.name(name), isOnce: true) { _ in try body() }
    }

    /// Listens to the next event of this name.
    @discardableResult
    public func once<each A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(.name(name), isOnce: true, decoding: body)
    }

    /// Listens to the next event with this key.
    @discardableResult
    public func once<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        once(key.text, body)
    }

    /// Listens to the next event of this name as a whole.
    @discardableResult
    public func once(_ name: String, _ body: @escaping @EventLoop (Event) throws -> Void) -> Subscription {
        listen(.name(name), isOnce: true) { try body(Event(arriving: $0)) }
    }

    // MARK: Asynchronous

    /// Listens with work that waits. Each event starts a task on the loop; the event counts as processed when its task
    /// has ended.
    @discardableResult
    public func on<each A: EventArgument>(
        _ name: String, _ body: @escaping @EventLoop (repeat each A) async throws -> Void
    ) -> Subscription {
        listen(.name(name), waiting: body)
    }

    /// Listens by a key with work that waits. Each event starts a task on the loop; the event counts as processed when
    /// its task has ended.
    @discardableResult
    public func on<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ body: @escaping @EventLoop (repeat each A) async throws -> Void
    ) -> Subscription {
        on(key.text, body)
    }

    // MARK: The one way

    @usableFromInline
    func listen(_ name: String, bytes: BytesHandler? = nil, _ handler: @escaping Handler) -> Subscription {
        listen(.name(name), bytes: bytes, handler)
    }

    func listen(
        _ scope: ListenerScope, isOnce: Bool = false, isFirst: Bool = false, bytes: BytesHandler? = nil,
        _ handler: @escaping Handler
    ) -> Subscription {
        listeners.add(scope, isOnce: isOnce, isFirst: isFirst, bytes: bytes, handler)
    }

    func listen<each A: EventArgument>(
        _ scope: ListenerScope, isOnce: Bool = false, isFirst: Bool = false,
        decoding body: @escaping @EventLoop (repeat each A) throws -> Void
    ) -> Subscription {
        listen(scope, isOnce: isOnce, isFirst: isFirst) { arguments in
            var reader = ArgumentReader(arguments)
            try body(repeat try (each A)(reading: &reader))
        }
    }

    func listen<each A: EventArgument>(
        _ scope: ListenerScope, isFirst: Bool = false,
        waiting body: @escaping @EventLoop (repeat each A) async throws -> Void
    ) -> Subscription {
        listen(scope, isFirst: isFirst) { [weak self] arguments in
            var reader = ArgumentReader(arguments)
            let decoded = (repeat try (each A)(reading: &reader))
            let origin = Dispatch.origin
            let pending = Dispatch.connection?.deferAcknowledgement()
            EventLoop.task {
                do {
                    try await body(repeat each decoded)
                    pending?.acknowledge()
                } catch {
                    pending?.fail(error)
                    let failure = HarkError(listener: error, event: origin.name, peer: origin.peer)
                    if let owner = origin.owner { owner.linkDidFail(failure) } else { self?.report(failure) }
                }
            }
        }
    }

    @inlinable
    static func handler<A: EventArgument>(_ body: @escaping @EventLoop (A) throws -> Void) -> Handler {
        { arguments in
            var reader = ArgumentReader(arguments)
            try body(try A(reading: &reader))
        }
    }

    @inlinable
    static func handler<A: EventArgument, B: EventArgument>(
        _ body: @escaping @EventLoop (A, B) throws -> Void
    ) -> Handler {
        { arguments in
            var reader = ArgumentReader(arguments)
            try body(try A(reading: &reader), try B(reading: &reader))
        }
    }

    @inlinable
    static func handler<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ body: @escaping @EventLoop (A, B, C) throws -> Void
    ) -> Handler {
        { arguments in
            var reader = ArgumentReader(arguments)
            try body(try A(reading: &reader), try B(reading: &reader), try C(reading: &reader))
        }
    }
}
