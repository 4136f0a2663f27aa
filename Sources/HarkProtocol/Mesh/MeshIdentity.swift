/// A node, as long as its process runs: another process that takes the same id is another node.
package struct MeshIdentity: Hashable, Sendable {
    /// 255 bytes: an id is a word that people read, or a UUID.
    package static let idByteCountMax = 255

    package let id: String
    /// Higher when it was started later.
    package let incarnation: UInt64

    package init(id: String, incarnation: UInt64) {
        self.id = id
        self.incarnation = incarnation
    }
}
