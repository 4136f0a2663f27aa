internal import HarkUV
public import HarkWire
internal import Synchronization

/// Events for the emitter's own listeners: those of `localEmit`, and those of `emit` where the echo policy says so.
/// They are encoded as all events are, so that a listener need not know where an event came from.
extension Emitter {
    /// Whether what is emitted also reaches, or only reaches, the emitter's own listeners. `.remoteOnly` by default.
    ///
    /// An event emitted by a listener reaches other listeners here when all listeners of the running event have
    /// returned.
    public var echo: EchoPolicy {
        get { echoPolicy }
        set {
            echoPolicy = newValue
            isEchoing.store(newValue != .remoteOnly, ordering: .relaxed)
        }
    }

    @usableFromInline @inline(never)
    nonisolated func emitEchoing(
        _ name: EmittedName, isVolatile: Bool, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        guard EventLoop.isCurrent else { return postLocal(name, isVolatile: isVolatile, isLocalOnly: false, encode) }
        return deliver(name, isVolatile: isVolatile, isLocalOnly: false, encode)
    }

    /// On the loop: an event that is not worth sending after `deadline`.
    nonisolated func emitEchoing(
        _ name: EmittedName, isVolatile: Bool, until deadline: UInt64, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        deliver(name, isVolatile: isVolatile, isLocalOnly: false, until: deadline, encode)
    }

    @usableFromInline
    nonisolated func emitLocally(_ name: EmittedName, _ encode: (inout ArgumentWriter) -> Void) -> EmitResult {
        guard EventLoop.isCurrent else { return postLocal(name, isVolatile: false, isLocalOnly: true, encode) }
        return deliver(name, isVolatile: false, isLocalOnly: true, encode)
    }

    private nonisolated func deliver(
        _ name: EmittedName, isVolatile: Bool, isLocalOnly: Bool, until deadline: UInt64? = nil,
        _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        // Nobody else uses it until it is discarded: what the listeners emit is written elsewhere.
        let scratch = EventLoop.takeScratch()
        defer { EventLoop.discard(scratch) }
        encode(&scratch.arguments)
        guard scratch.arguments.takeFailure() == nil else { return outlet.onLoop { $0.drop(.notEncodable) } }
        return EventLoop.enterVerified((self, name, isVolatile, isLocalOnly, deadline, scratch)) {
            emitter, name, isVolatile, isLocalOnly, deadline, scratch in
            emitter.deliver(
                name, isVolatile: isVolatile, scratch.arguments.bytes.frameBytes(),
                isLocalOnly ? .localOnly : emitter.echo, until: deadline)
        }
    }

    private nonisolated func postLocal(
        _ name: EmittedName, isVolatile: Bool, isLocalOnly: Bool, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        post(
            to: target,
            {
                let audience = isLocalOnly ? PostedEvent.Audience.local : .echo
                switch name {
                case .resolved(let name): PostedEvent.write(name, for: audience, to: &$0)
                case .text(let text): PostedEvent.write(text, isVolatile: isVolatile, for: audience, to: &$0)
                }
            }, encode)
    }
}

extension Emitter {
    // MARK: With a key

    /// Emits an event without arguments to the emitter's own listeners. It does not leave the process.
    ///
    /// - Returns: on the loop `.written` when its listeners have run, `.queued` when they run behind the event that is
    ///   being dispatched, `.noListeners` when there are none; elsewhere `.queued`.
    @inlinable @discardableResult
    public nonisolated func localEmit(_ key: EventKey<>) -> EmitResult {
        emitLocally(.resolved(key.name)) { _ in }
    }

    /// Emits an event with one argument to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<A: EventArgument>(_ key: EventKey<A>, _ a: A) -> EmitResult {
        emitLocally(.resolved(key.name)) { a.encode(into: &$0) }
    }

    /// Emits an event with two arguments to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<A: EventArgument, B: EventArgument>(
        _ key: EventKey<A, B>, _ a: A, _ b: B
    ) -> EmitResult {
        emitLocally(.resolved(key.name)) {
            a.encode(into: &$0)
            b.encode(into: &$0)
        }
    }

    /// Emits an event with three arguments to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ key: EventKey<A, B, C>, _ a: A, _ b: B, _ c: C
    ) -> EmitResult {
        emitLocally(.resolved(key.name)) {
            a.encode(into: &$0)
            b.encode(into: &$0)
            c.encode(into: &$0)
        }
    }

    /// Emits an event with any number of arguments to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A
    ) -> EmitResult {
        emitLocally(.resolved(key.name)) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    // MARK: With a string

    /// Emits an event without arguments to the emitter's own listeners. It does not leave the process.
    ///
    /// - Returns: as the form that takes a key.
    @inlinable @discardableResult
    public nonisolated func localEmit(_ name: String) -> EmitResult {
        emitLocally(.text(name)) { _ in }
    }

    /// Emits an event with one argument to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<A: EventArgument>(_ name: String, _ a: A) -> EmitResult {
        emitLocally(.text(name)) { a.encode(into: &$0) }
    }

    /// Emits an event with two arguments to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<A: EventArgument, B: EventArgument>(
        _ name: String, _ a: A, _ b: B
    ) -> EmitResult {
        emitLocally(.text(name)) {
            a.encode(into: &$0)
            b.encode(into: &$0)
        }
    }

    /// Emits an event with three arguments to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ name: String, _ a: A, _ b: B, _ c: C
    ) -> EmitResult {
        emitLocally(.text(name)) {
            a.encode(into: &$0)
            b.encode(into: &$0)
            c.encode(into: &$0)
        }
    }

    /// Emits an event with any number of arguments to the emitter's own listeners.
    @inlinable @discardableResult
    public nonisolated func localEmit<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A
    ) -> EmitResult {
        emitLocally(.text(name)) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// Emits an event whose arguments are known only at run time to the emitter's own listeners.
    @discardableResult
    public nonisolated func localEmit(_ name: String, values: [Value]) -> EmitResult {
        emitLocally(.text(name)) { writer in
            for value in values { writer.write(value) }
        }
    }
}
