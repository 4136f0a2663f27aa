/// An own event for a neighbour that lags behind.
package struct MeshReplay {
    package let sequence: UInt64
    /// By our number.
    package let key: Int
    /// What follows the key; valid until the next event is emitted.
    package let tail: UnsafeRawBufferPointer
}
