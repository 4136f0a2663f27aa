internal import HarkUV

/// The listeners of an emitter's lifecycle.
@EventLoop
final class LifecycleTable: ListenerRegistry {
    private struct Entry {
        let subscription: Subscription
        let isOnce: Bool
        let body: @EventLoop (any Sendable) -> Void
    }

    private var entries: [String: [Entry]] = [:]

    nonisolated init() {}

    func add<Payload>(
        _ key: LifecycleKey<Payload>, isOnce: Bool, _ body: @escaping @EventLoop (Payload) -> Void
    ) -> Subscription {
        let subscription = Subscription(in: self)
        entries[key.name, default: []].append(
            Entry(subscription: subscription, isOnce: isOnce) { payload in
                if let payload = payload as? Payload { body(payload) }
            })
        return subscription
    }

    func remove(_ subscription: Subscription) {
        for name in entries.keys { entries[name]?.removeAll { $0.subscription === subscription } }
        subscription.ended()
    }

    /// Calls the listeners as they are now, in order.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func fire<Payload>(_ key: LifecycleKey<Payload>, _ payload: Payload) -> Bool {
        guard let current = entries[key.name], !current.isEmpty else { return false }
        entries[key.name]?.removeAll(where: \.isOnce)
        for entry in current where entry.isOnce { entry.subscription.ended() }
        for entry in current { entry.body(payload) }
        return true
    }

    /// - Parameter kept: the name of the key whose listeners stay.
    func removeAll(but kept: String? = nil) {
        let staying = kept.flatMap { entries.removeValue(forKey: $0) }
        for entry in entries.values.joined() { entry.subscription.ended() }
        entries.removeAll()
        if let kept { entries[kept] = staying }
    }
}
