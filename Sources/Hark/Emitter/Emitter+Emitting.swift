public import HarkUV
public import HarkWire
public import Synchronization

/// Emitting works from any thread and never waits. On the loop the arguments are encoded straight into the memory they
/// are sent from; elsewhere they are encoded where the caller stands and posted to the loop, in order with everything
/// else that this thread asks of it.
extension Emitter {
    // MARK: With a key

    /// Emits an event without arguments.
    @inlinable @inline(__always) @discardableResult
    public nonisolated func emit(_ key: EventKey<>) -> EmitResult {
        emit(key.name) { _ in }
    }

    /// Emits an event with one argument.
    @inlinable @inline(__always) @discardableResult
    public nonisolated func emit<A: EventArgument>(_ key: EventKey<A>, _ a: A) -> EmitResult {
        emit(key.name) { a.encode(into: &$0) }
    }

    /// Emits an event with two arguments.
    @inlinable @inline(__always) @discardableResult
    public nonisolated func emit<A: EventArgument, B: EventArgument>(
        _ key: EventKey<A, B>, _ a: A, _ b: B
    ) -> EmitResult {
        emit(key.name) {
            a.encode(into: &$0)
            b.encode(into: &$0)
        }
    }

    /// Emits an event with three arguments.
    @inlinable @inline(__always) @discardableResult
    public nonisolated func emit<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ key: EventKey<A, B, C>, _ a: A, _ b: B, _ c: C
    ) -> EmitResult {
        emit(key.name) {
            a.encode(into: &$0)
            b.encode(into: &$0)
            c.encode(into: &$0)
        }
    }

    /// Emits an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func emit<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A
    ) -> EmitResult {
        emit(key.name) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    // MARK: With a string

    /// Emits an event without arguments.
    @inlinable @discardableResult
    public nonisolated func emit(_ name: String) -> EmitResult {
        emit(name, isVolatile: false) { _ in }
    }

    /// Emits an event with one argument.
    @inlinable @discardableResult
    public nonisolated func emit<A: EventArgument>(_ name: String, _ a: A) -> EmitResult {
        emit(name, isVolatile: false) { a.encode(into: &$0) }
    }

    /// Emits an event with two arguments.
    @inlinable @discardableResult
    public nonisolated func emit<A: EventArgument, B: EventArgument>(
        _ name: String, _ a: A, _ b: B
    ) -> EmitResult {
        emit(name, isVolatile: false) {
            a.encode(into: &$0)
            b.encode(into: &$0)
        }
    }

    /// Emits an event with three arguments.
    @inlinable @discardableResult
    public nonisolated func emit<A: EventArgument, B: EventArgument, C: EventArgument>(
        _ name: String, _ a: A, _ b: B, _ c: C
    ) -> EmitResult {
        emit(name, isVolatile: false) {
            a.encode(into: &$0)
            b.encode(into: &$0)
            c.encode(into: &$0)
        }
    }

    /// Emits an event with any number of arguments.
    @inlinable @discardableResult
    public nonisolated func emit<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A
    ) -> EmitResult {
        emit(name, isVolatile: false) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// Emits an event whose arguments are known only at run time.
    @discardableResult
    public nonisolated func emit(_ name: String, values: [Value]) -> EmitResult {
        emit(name, isVolatile: false) { writer in
            for value in values { writer.write(value) }
        }
    }

    /// Emits an event that is dropped rather than delayed: it is neither acknowledged nor resent.
    @inlinable @discardableResult
    public nonisolated func emitVolatile<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A
    ) -> EmitResult {
        emit(name, isVolatile: true) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    // MARK: The one way

    @inlinable @inline(__always)
    nonisolated func emit(_ name: EventName, _ encode: (inout ArgumentWriter) -> Void) -> EmitResult {
        if EventLoop.isCurrent, !isEchoing.load(ordering: .relaxed), outlet.onLoop({ $0.beginShortcut(name) }) {
            return outlet.onLoop { outlet in
                encode(&outlet.arguments)
                return outlet.endShortcut()
            }
        }
        return emitTheLongWay(name, encode)
    }

    @usableFromInline @inline(never)
    nonisolated func emitTheLongWay(
        _ name: EventName, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        if isEchoing.load(ordering: .relaxed) { return emitEchoing(.resolved(name), isVolatile: false, encode) }
        return transmitTheLongWay(name, encode)
    }

    @inlinable
    nonisolated func emit(
        _ name: String, isVolatile: Bool, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        if isEchoing.load(ordering: .relaxed) { return emitEchoing(.text(name), isVolatile: isVolatile, encode) }
        return transmit(name, isVolatile: isVolatile, encode)
    }

    // MARK: To the other side

    @inlinable @inline(__always)
    nonisolated func transmit(_ name: EventName, _ encode: (inout ArgumentWriter) -> Void) -> EmitResult {
        if EventLoop.isCurrent, outlet.onLoop({ $0.beginShortcut(name) }) {
            return outlet.onLoop { outlet in
                encode(&outlet.arguments)
                return outlet.endShortcut()
            }
        }
        return transmitTheLongWay(name, encode)
    }

    @usableFromInline @inline(never)
    nonisolated func transmitTheLongWay(
        _ name: EventName, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        guard EventLoop.isCurrent else { return post(to: target, { PostedEvent.write(name, to: &$0) }, encode) }
        return outlet.onLoop { outlet in
            if let refusal = outlet.begin(name, isVolatile: false) { return refusal }
            encode(&outlet.arguments)
            return outlet.end()
        }
    }

    @inlinable
    nonisolated func transmit(
        _ name: String, isVolatile: Bool, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        guard EventLoop.isCurrent else {
            return post(to: target, { PostedEvent.write(name, isVolatile: isVolatile, to: &$0) }, encode)
        }
        return outlet.onLoop { outlet in
            if let refusal = outlet.begin(name, isVolatile: isVolatile) { return refusal }
            encode(&outlet.arguments)
            return outlet.end()
        }
    }

    @usableFromInline
    nonisolated func post(
        to target: MailboxTarget, _ writeName: (inout ByteWriter) -> Void, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        let scratch = EventLoop.takeScratch()
        writeName(&scratch.arguments.bytes)
        encode(&scratch.arguments)
        guard scratch.arguments.takeFailure() == nil else {
            let record = Array(scratch.arguments.bytes.frameBytes())
            EventLoop.discard(scratch)
            EventLoop.task { self.tellNotEncodable(record) }
            return .dropped(.notEncodable)
        }
        if EventLoop.post(scratch, to: target) { return .queued }
        mailboxDropCount.add(1, ordering: .relaxed)
        return .dropped(.mailboxFull)
    }
}
