internal import HarkUV
public import HarkWire

/// Who listens, and how many may.
extension Emitter {
    // MARK: Asking

    /// The names that somebody listens to; the one that has had listeners for the longest time comes first. Patterns
    /// and `onAny` are not among them.
    public var eventNames: [String] { listeners.names }

    /// The listeners of this very name, in the order in which they run; those by pattern and of all events not among
    /// them.
    public func listeners(for name: String) -> [Subscription] { listeners.listeners(of: name).map(\.subscription) }

    /// The listeners of this key's name, as `listeners(for:)` of the name.
    public func listeners<each A: EventArgument>(for key: EventKey<repeat each A>) -> [Subscription] {
        listeners(for: key.text)
    }

    /// How many listeners this very name has.
    public func listenerCount(for name: String) -> Int { listeners.listeners(of: name).count }

    /// How many listeners this key's name has.
    public func listenerCount<each A: EventArgument>(for key: EventKey<repeat each A>) -> Int {
        listenerCount(for: key.text)
    }

    /// How many listeners a name, or a pattern, may have: 10 by default, 0 for any number. One more is registered too,
    /// and the log gets a warning, once for each name: a listener is probably added again and again.
    public var listenerLimit: Int {
        get { listeners.limit }
        set { listeners.limit = newValue }
    }

    // MARK: Removing

    /// Removes all listeners of one event, or of all events when `name` is nil; then those by pattern and of all events
    /// too. The newest goes first. Lifecycle listeners stay.
    public func removeAllListeners(_ name: String? = nil) { listeners.removeAll(name) }

    /// Removes all listeners of this key's name.
    public func removeAllListeners<each A: EventArgument>(_ key: EventKey<repeat each A>) {
        listeners.removeAll(key.text)
    }

    /// Another name for `removeAllListeners(_:)`.
    public func off(_ name: String? = nil) { listeners.removeAll(name) }
}
