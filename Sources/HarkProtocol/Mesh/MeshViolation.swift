/// Why the conversation with a neighbour cannot go on.
package enum MeshViolation: Error, Equatable, Sendable {
    /// Something that is no message of a mesh, or not one that may come now.
    case malformed(String)
    /// Another version of this protocol.
    case version(Int)
    /// The other side belongs to another channel.
    case channel(String)
    /// It has the id of this node, or of another neighbour that was started later.
    case duplicate(String)
    /// It asks for too much.
    case overLimit(String)
}

extension MeshViolation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let what): "what it says makes no sense: \(what)"
        case .version(let version): "it speaks version \(version) of the mesh, and this node version 1"
        case .channel(let channel): "it belongs to channel \"\(channel)\""
        case .duplicate(let id): "another node is called \"\(id)\"; give each node an id of its own"
        case .overLimit(let what): what
        }
    }
}
