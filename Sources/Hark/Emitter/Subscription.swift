public import HarkUV

/// One registration of a listener. Keeping it is not needed; the emitter does.
@EventLoop
public final class Subscription {
    /// Where it is registered; nil when it is no more. Not counted: the registry holds what it has registered.
    private weak var registry: (any ListenerRegistry)?

    init(in registry: any ListenerRegistry) { self.registry = registry }

    /// Whether the listener still waits for events: it has not been removed, was not a `once` that has heard its event,
    /// and its emitter is open.
    public var isActive: Bool { registry != nil }

    /// Removes the listener. Calling it again does nothing.
    public func cancel() { registry?.remove(self) }

    /// The registry has let go of it.
    func ended() { registry = nil }
}

/// Knows which listeners are registered.
@EventLoop
protocol ListenerRegistry: AnyObject {
    /// Forgets a listener, and calls its `ended`.
    func remove(_ subscription: Subscription)
}
