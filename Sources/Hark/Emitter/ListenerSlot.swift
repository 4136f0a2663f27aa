internal import HarkUV

/// What runs when an event arrives. It is given the undecoded arguments, valid during the call.
@usableFromInline
typealias Handler = @EventLoop (UnsafeRawBufferPointer) throws -> Void

/// What runs when an event whose argument is bytes arrives.
@usableFromInline
typealias BytesHandler = @EventLoop (RawSpan) throws -> Void

/// One listener. A handler is always kept in one of these: by itself in an array or an optional it would be called
/// through two more functions.
final class Listener {
    let handler: Handler
    /// The same for a listener that reads its one argument, bytes, in place.
    let bytes: BytesHandler?
    let subscription: Subscription
    /// Its place among the listeners of its emitter, whatever they listen to; the lowest hears an event first.
    let order: Int

    init(_ subscription: Subscription, order: Int, handler: @escaping Handler, bytes: BytesHandler?) {
        self.subscription = subscription
        self.order = order
        self.handler = handler
        self.bytes = bytes
    }
}

/// The listeners of one name or pattern, in order. Dispatch works on the array as it was when the event arrived, as in
/// Node: who is removed during a dispatch still runs, who is added does not yet.
@EventLoop
final class ListenerSlot: ListenerRegistry {
    let scope: ListenerScope
    private weak var table: ListenerTable?

    @exclusivity(unchecked) var listeners: ContiguousArray<Listener> = []
    /// Tells which of two slots got its first listener earlier.
    var since = 0
    /// Whether somebody was told that there are too many.
    var isReported = false

    nonisolated init(_ scope: ListenerScope, in table: ListenerTable?) {
        self.scope = scope
        self.table = table
    }

    func remove(_ subscription: Subscription) { table?.remove(subscription, from: self) }
}
