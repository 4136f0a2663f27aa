package import HarkWire

/// A whole datagram that is too long to be sent as one: its slices, each of which is sent as the payload of a segment.
package struct EventcastSlices {
    /// 1024 bytes, as originals have it.
    package static let byteCountDefault = 1024

    private let datagram: UnsafeRawBufferPointer
    private let sliceByteCount: Int
    /// How many there are.
    package let count: Int32

    /// Nil for a datagram that need not be cut, and for one that would be more slices than there can be.
    ///
    /// - Parameters:
    ///   - datagram: all of it, already encrypted where it is to be. It must stay alive and unchanged meanwhile.
    ///   - byteCountMax: of a slice. A segment is longer by its own meta.
    package init?(_ datagram: UnsafeRawBufferPointer, byteCountMax: Int = Self.byteCountDefault) {
        guard byteCountMax > 0, datagram.count > byteCountMax else { return nil }
        guard let count = Int32(exactly: (datagram.count - 1) / byteCountMax + 1) else { return nil }
        self.datagram = datagram
        self.count = count
        sliceByteCount = byteCountMax
    }

    /// The slice at a place below `count`. All are of one length but the last, which may be shorter and is not empty.
    package subscript(segment: Int32) -> UnsafeRawBufferPointer {
        let start = Int(segment) * sliceByteCount
        let end = min(start + sliceByteCount, datagram.count)
        return UnsafeRawBufferPointer(rebasing: datagram[start..<end])
    }

    /// Writes a segment, as a frame of its own.
    ///
    /// - Parameters:
    ///   - sequence: the same for all, and not that of the datagram.
    ///   - nonce: one for each, of nodes that encrypt.
    package func write(
        _ segment: Int32, sequence: EventcastDigest, nonce: EventcastDigest? = nil, origin: EventcastOrigin,
        to output: inout ByteWriter
    ) throws(EventcastError) {
        let meta = EventcastMeta(
            sequence: sequence, segment: segment, of: count, nonce: nonce, origin: origin)
        try EventcastDatagram.write(meta, payload: self[segment], to: &output)
    }
}
