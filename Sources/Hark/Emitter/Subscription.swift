public import HarkUV

/// One registration of a listener. Keeping it is not needed; the emitter does.
@EventLoop
public final class Subscription {
    private var remove: (@EventLoop () -> Void)?

    init(_ id: ListenerID, in table: ListenerTable) { remove = { table.remove(id) } }

    init(_ remove: @escaping @EventLoop () -> Void) { self.remove = remove }

    /// Removes the listener. Calling it again does nothing.
    public func cancel() {
        let remove = remove
        self.remove = nil
        remove?()
    }
}
