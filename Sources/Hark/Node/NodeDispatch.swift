internal import HarkUV

/// The event of another node for which listeners are called.
@EventLoop
final class NodeDispatch {
    /// What it is on its way by, which is alive while it calls; nil for an event that was looked at by itself.
    @exclusivity(unchecked) var path: Uncounted<MeshPath>?
    /// The name of an event without a path.
    @exclusivity(unchecked) var name = ""
    /// The node that has emitted it, likewise.
    @exclusivity(unchecked) var origin: String?
    /// How many events, each emitted by a listener of the one before, have led to it.
    @exclusivity(unchecked) var depth = 0

    nonisolated init() {}

    /// The name of the event.
    var currentName: String { path?.with { $0.name } ?? name }

    /// The id of the node that has emitted it, as far as the wire tells.
    var currentOrigin: String? { path?.with { $0.originID } ?? origin }
}
