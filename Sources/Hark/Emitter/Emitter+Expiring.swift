internal import HarkUV
public import HarkWire
internal import Synchronization

/// Events that are worth nothing after a while. Others pay nothing for it.
///
/// The time begins with the call. It is looked at when the event is taken from another thread, before it is sent, and
/// before it is sent again in a new session. What was sent is dispatched by the other side whenever it gets there: the
/// wire says nothing of the time. Within a session an event that may have arrived is sent again even if its time is
/// over, because both sides have counted it.
extension Emitter {
    /// Emits an event that is dropped, as `.expired`, when it could not be sent within `ttl`.
    ///
    /// ```swift
    /// client.emit("position", x, y, ttl: .seconds(2))
    /// ```
    /// - Parameter ttl: in whole milliseconds; with less than one it is dropped at once.
    @discardableResult
    public nonisolated func emit<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A, ttl: Duration
    ) -> EmitResult {
        emit(.text(name), ttl: ttl) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// As the form with a string.
    @discardableResult
    public nonisolated func emit<each A: EventArgument>(
        _ key: EventKey<repeat each A>, _ arguments: repeat each A, ttl: Duration
    ) -> EmitResult {
        emit(.resolved(key.name), ttl: ttl) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// As the other forms, with arguments that are known only at run time.
    @discardableResult
    public nonisolated func emit(_ name: String, values: [Value], ttl: Duration) -> EmitResult {
        emit(.text(name), ttl: ttl) { writer in
            for value in values { writer.write(value) }
        }
    }

    private nonisolated func emit(
        _ name: EmittedName, ttl: Duration, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        let isEchoing = isEchoing.load(ordering: .relaxed)
        guard EventLoop.isCurrent else { return post(name, ttl: ttl.milliseconds, isEchoing: isEchoing, encode) }
        let ttl = ttl.milliseconds
        guard ttl > 0 else { return outlet.onLoop { $0.drop(.expired) } }
        let deadline = EventLoop.enterVerified(self) { $0.environment.clock.now } + ttl
        if isEchoing { return emitEchoing(name, isVolatile: false, until: deadline, encode) }
        return outlet.onLoop { outlet in
            let refusal =
                switch name {
                case .resolved(let name): outlet.begin(name, isVolatile: false)
                case .text(let text): outlet.begin(text, isVolatile: false)
                }
            if let refusal { return refusal }
            encode(&outlet.arguments)
            return outlet.end(expiringAt: deadline)
        }
    }

    private nonisolated func post(
        _ name: EmittedName, ttl: UInt64, isEchoing: Bool, _ encode: (inout ArgumentWriter) -> Void
    ) -> EmitResult {
        let expiry = TimerHeap.now + ttl
        let audience = isEchoing ? PostedEvent.Audience.echo : .remote
        return post(
            to: target,
            {
                switch name {
                case .resolved(let name): PostedEvent.write(name, for: audience, until: expiry, to: &$0)
                case .text(let text):
                    PostedEvent.write(text, isVolatile: false, for: audience, until: expiry, to: &$0)
                }
            }, encode)
    }
}
