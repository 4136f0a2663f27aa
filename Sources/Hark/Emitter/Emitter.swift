public import HarkUV
public import HarkWire

/// What `Server`, `Client` and `Peer` have in common: listeners, and events to emit.
///
/// An emitter belongs to the loop. `emit` works from any thread, everything else from the loop or with `await`.
@EventLoop
public class Emitter {
    package let listeners: ListenerTable
    @usableFromInline nonisolated let outlet: LoopBound<Outlet>
    @usableFromInline nonisolated let target = MailboxTarget()

    init(listeners: ListenerTable, outlet: Outlet) {
        self.listeners = listeners
        self.outlet = LoopBound(outlet)
        target.receiver = outlet
    }
}

extension Emitter {
    /// Emits an event with a resolved name and one argument.
    @inlinable @discardableResult
    public nonisolated func emit<A: EventArgument>(_ key: EventKey<A>, _ a: A) -> EmitResult {
        guard EventLoop.isCurrent else {
            let scratch = Self.post(key.name)
            a.encode(into: &scratch.arguments)
            return EventLoop.post(scratch, to: target) ? .queued : .dropped(.mailboxFull)
        }
        return outlet.onLoop { outlet in
            if outlet.beginShortcut(key.name) {
                a.encode(into: &outlet.arguments)
                return outlet.endShortcut()
            }
            if let refusal = outlet.begin(key.name, isVolatile: false) { return refusal }
            a.encode(into: &outlet.arguments)
            return outlet.end()
        }
    }

    @usableFromInline
    nonisolated static func post(_ name: EventName) -> Scratch {
        let scratch = EventLoop.takeScratch()
        PostedEvent.write(name, isVolatile: false, to: &scratch.arguments.bytes)
        return scratch
    }

    public func on<A: EventArgument>(_ name: String, _ body: @escaping @EventLoop (A) throws -> Void) {
        _ = listeners.add(name, isOnce: false) { arguments in
            var reader = ArgumentReader(arguments)
            try body(try A(reading: &reader))
        }
    }

    public func on(_ name: String, _ body: @escaping @EventLoop (RawSpan) throws -> Void) {
        _ = listeners.add(name, isOnce: false) { arguments in
            try body(try ArgumentReader.borrowBytes(arguments).bytes)
        }
    }
}
