package import HarkWire

/// An event that was received, or is emitted here: what it is, and where it goes from here.
package struct MeshArrival {
    /// By our number.
    package let node: Int
    package let sequence: UInt64
    /// How many nodes have passed it on, this one included.
    package let hopCount: UInt8
    /// By our number; nil when it has none.
    package let key: Int?
    /// Of what has no number.
    package let inlineKey: MeshKey?
    package let isLocal: Bool
    package let links: ContiguousArray<Int>
    /// Nil where the links were picked one by one.
    package let route: MeshRoute?
    /// What follows the key, passed on as it is.
    package let tail: UnsafeRawBufferPointer

    /// Writes what precedes the tail: the same for all connections.
    package func writeHead(to bytes: inout ByteWriter) {
        MeshHead.write(node, sequence, hopCount, key, inlineKey, to: &bytes)
    }
}
