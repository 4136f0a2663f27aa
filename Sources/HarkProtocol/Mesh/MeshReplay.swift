package import HarkWire

/// An own event for a neighbour that lags behind.
package struct MeshReplay {
    package let sequence: UInt64
    /// By our number; nil when it has none.
    package let key: Int?
    /// Of what has no number.
    package let inlineKey: MeshKey?
    /// What follows the key; valid until the next event is emitted.
    package let tail: UnsafeRawBufferPointer

    /// Writes what precedes the tail.
    package func writeHead(to bytes: inout ByteWriter) {
        MeshHead.write(0, sequence, 0, key, inlineKey, to: &bytes)
    }
}
