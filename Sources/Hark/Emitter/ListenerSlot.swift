internal import HarkUV

/// What runs when an event arrives. It is given the undecoded arguments, valid during the call.
@usableFromInline
typealias Handler = @EventLoop (UnsafeRawBufferPointer) throws -> Void

/// What runs when an event whose argument is bytes arrives.
@usableFromInline
typealias BytesHandler = @EventLoop (RawSpan) throws -> Void

/// One registration. A handler is always kept in one of these: by itself in an array or an optional it would be
/// called through two more functions.
final class Listener {
    let id: Int
    let handler: Handler
    /// The same for a listener that reads its one argument, bytes, in place.
    let bytes: BytesHandler?

    init(id: Int, handler: @escaping Handler, bytes: BytesHandler?) {
        self.id = id
        self.handler = handler
        self.bytes = bytes
    }
}

/// The listeners of one event name. Dispatch works on the array as it was when the event arrived, as in Node: who is
/// removed during a dispatch still runs, who is added does not yet.
@EventLoop
final class ListenerSlot {
    @exclusivity(unchecked) var listeners: ContiguousArray<Listener> = []

    nonisolated init() {}
}

/// How often listeners have come or gone.
@EventLoop
final class ListenerVersion {
    static nonisolated let shared = ListenerVersion()

    @exclusivity(unchecked) var value = 0

    private nonisolated init() {}
}

/// Names one registration, to remove it.
@usableFromInline
struct ListenerID {
    let slot: ListenerSlot
    let id: Int
}
