/// Datagrams for one target that lie behind each other in memory: what a socket sends with one call where the kernel
/// can cut it.
package struct DatagramRun {
    /// All of them. Valid until the machine that lent it is asked again.
    package let bytes: UnsafeRawBufferPointer
    /// How long each is, in bytes; the last one may be shorter.
    package let segmentByteCount: Int
    package let target: DatagramTarget

    package init(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, to target: DatagramTarget) {
        precondition(segmentByteCount > 0 || bytes.isEmpty, "datagrams without a length")
        self.bytes = bytes
        self.segmentByteCount = segmentByteCount
        self.target = target
    }

    /// One datagram.
    package init(_ datagram: UnsafeRawBufferPointer, to target: DatagramTarget) {
        self.init(datagram, segmentByteCount: datagram.count, to: target)
    }

    /// How many datagrams there are. An empty run is one empty datagram.
    package var count: Int { bytes.isEmpty ? 1 : (bytes.count - 1) / segmentByteCount + 1 }

    /// A datagram, from 0.
    package subscript(index: Int) -> UnsafeRawBufferPointer {
        let start = index * segmentByteCount
        return UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + segmentByteCount, bytes.count)])
    }
}
