/// What a node of a mesh is told when it is made.
package struct MeshSettings: Sendable {
    /// 8 relays: more nodes in a row are a mistake more often than a plan.
    package static let hopLimitDefault = 8
    /// 254 relays: an event counts them in one byte.
    package static let hopLimitMax = 254
    /// 10 000 ms: how long a neighbour takes at most to ask another one for what it does not want here any more.
    package static let handover: UInt64 = 10_000

    /// Who this node is.
    package var identity: MeshIdentity
    /// Only nodes of the same channel talk to each other.
    package var channel: String
    /// Over how many other nodes an event travels at most. With 0 nothing is relayed.
    package var hopLimit = MeshSettings.hopLimitDefault
    /// 8 MiB of this node's own events are kept for nodes that lag behind or were away.
    package var logByteCount = 8 << 20
    /// 900 000 ms: how long events are kept for nodes that are gone, and how far their own have come is remembered.
    package var absence: UInt64 = 900_000
    /// 65 536 names, patterns and memberships that one neighbour may ask for of each node.
    package var interestCountMax = 1 << 16
    /// 128 MiB for what one neighbour asks for of all nodes: 1 000 names of 1 000 nodes.
    package var interestByteCountMax = 128 << 20
    /// 10 000 nodes; the events of others are not passed on.
    package var nodeCountMax = 10_000
    /// 200 000 connections of others, each counted at both ends, about 2 MB.
    package var connectionCountMax = 200_000

    package init(identity: MeshIdentity, channel: String) {
        self.identity = identity
        self.channel = channel
    }
}
