internal import HarkUV

/// The event of another node for which listeners are called.
@EventLoop
final class NodeDispatch {
    /// The name of the event.
    @exclusivity(unchecked) var currentName = ""
    /// The id of the node that has emitted it, as far as the wire tells.
    @exclusivity(unchecked) var currentOrigin: String?

    /// How many events, each emitted by a listener of the one before, have led to it.
    @exclusivity(unchecked) var depth = 0

    nonisolated init() {}
}
