/// A barrier on its way down the tree of a node's events.
struct MeshBarrier {
    let serial: UInt64
    /// The neighbours below that have not answered yet.
    var links: Set<Int>
}
