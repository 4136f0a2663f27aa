internal import HarkUV

/// The listeners of an emitter's lifecycle.
@EventLoop
final class LifecycleTable {
    private struct Entry {
        let id: Int
        let isOnce: Bool
        let body: @EventLoop (any Sendable) -> Void
    }

    private var entries: [String: [Entry]] = [:]
    private var nextID = 0

    nonisolated init() {}

    func add<Payload>(
        _ key: LifecycleKey<Payload>, isOnce: Bool, _ body: @escaping @EventLoop (Payload) -> Void
    ) -> Subscription {
        nextID += 1
        let id = nextID
        entries[key.name, default: []].append(
            Entry(id: id, isOnce: isOnce) { payload in
                if let payload = payload as? Payload { body(payload) }
            })
        return Subscription { [weak self] in self?.entries[key.name]?.removeAll { $0.id == id } }
    }

    /// Calls the listeners as they are now, in order.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func fire<Payload>(_ key: LifecycleKey<Payload>, _ payload: Payload) -> Bool {
        guard let current = entries[key.name], !current.isEmpty else { return false }
        entries[key.name]?.removeAll(where: \.isOnce)
        for entry in current { entry.body(payload) }
        return true
    }

    func removeAll() { entries.removeAll() }
}
