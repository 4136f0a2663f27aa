package import HarkWire

/// What a mesh machine asks of whoever runs it, in this order.
package enum MeshEffect {
    /// To be written to a connection, before any event that is written later.
    case send(Int, MeshMessage)
    /// The other side of a connection is a node of this mesh.
    case joined(Int, MeshIdentity)
    /// A connection has to end.
    case refused(Int, MeshViolation)
    /// There is a way to a node, or none any more.
    case appeared(MeshIdentity)
    case vanished(MeshIdentity)
    /// Own events wait for this connection: take them with `nextReplay`, as far as there is room.
    case catchUp(Int)
    /// What others want of this node is different now.
    case interestChanged
    /// So many events of a node were lost on their way, at most.
    case lost(MeshIdentity, count: UInt64)
    /// Another node that lives has the id of this one, or two others share one.
    case twins(String)
    /// Something for this node alone.
    case direct(from: MeshIdentity, Value)
    /// Something for a node to which there is no way from here.
    case undeliverable(to: MeshIdentity, from: MeshIdentity, Value)
    /// More nodes than may be known, or more than that.
    case overLimit(String)
}
