internal import HarkUV
internal import HarkWire

/// Where the events being dispatched right now come from, for listeners that want to know.
@EventLoop
package final class Dispatch {
    /// The link that calls listeners now, nil when none does. Not counted: it is alive while it calls.
    @exclusivity(unchecked) private unowned(unsafe) var link: NativeLink?

    /// The group that calls listeners now, likewise.
    @exclusivity(unchecked) private unowned(unsafe) var group: GroupLink?

    /// The node that calls listeners now, likewise.
    @exclusivity(unchecked) private var node: Uncounted<NodeDispatch>?

    private var localName: String?

    private static nonisolated let shared = Dispatch()

    private nonisolated init() {}

    /// Set by a link while it calls listeners, nil otherwise.
    static var link: NativeLink? {
        get { shared.link }
        set { shared.link = newValue }
    }

    /// The connection whose event it is; nil for an event of a group or a node, whatever connection that came over.
    static var connection: NativeLink? { shared.node == nil ? shared.link : nil }

    /// Set by a group while it calls listeners, nil otherwise.
    static var group: GroupLink? {
        get { shared.group }
        set { shared.group = newValue }
    }

    /// Set by a node while it calls listeners, nil otherwise.
    static var node: NodeDispatch? {
        get { shared.node?.with { $0 } }
        set { shared.node = newValue.map { Uncounted($0) } }
    }

    /// The same, for whoever sets it for each event.
    static func set(node: Uncounted<NodeDispatch>?) { shared.node = node }

    /// Whether listeners are called for an event of another node.
    package static var isOfNode: Bool { shared.node != nil }

    /// Whether listeners are called for an event of another process.
    static var isRemote: Bool { shared.link != nil || shared.group != nil || shared.node != nil }

    /// Set to the event's name while listeners are called for an event of this process.
    static var localName: String? {
        get { shared.localName }
        set { shared.localName = newValue }
    }

    /// The name of the event being dispatched.
    static var name: String {
        node?.currentName ?? link?.currentName ?? group?.currentName ?? localName ?? ""
    }

    /// The event being dispatched, as far as it is of interest when its dispatch is over.
    static var origin: Origin {
        Origin(name: name, peer: connection?.peer?.id, owner: connection?.owner)
    }

    /// Where an event came from.
    struct Origin {
        let name: String
        let peer: Peer.ID?
        /// Who is told when its listeners fail; nil for an event of this process.
        let owner: (any LinkOwner)?
    }
}
