/// Where the events of one node and one key go.
package final class MeshRoute {
    /// Whether this node wants them.
    package let isLocal: Bool
    /// The neighbours that want them.
    package let links: ContiguousArray<Int>
    /// Whether somebody wants them who is away, or may come.
    package let isKept: Bool
    /// Whether all those neighbours know the key by its number.
    package var isDeclared = false

    init(isLocal: Bool, links: ContiguousArray<Int>, isKept: Bool) {
        self.isLocal = isLocal
        self.links = links
        self.isKept = isKept
    }
}
