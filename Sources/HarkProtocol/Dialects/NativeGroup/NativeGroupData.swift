import HarkWire

/// A datagram of events behind its header, in place.
package struct NativeGroupData {
    /// Counts the datagrams of a sender, from 0.
    package let sequence: UInt64
    /// The number of the first event that begins here or, when none does, behind.
    let ordinal: UInt64
    /// What goes on here of an event that has begun before.
    let continuation: UnsafeRawBufferPointer
    /// The events that begin here, the last of which may go on.
    let frames: UnsafeRawBufferPointer

    /// Nil when it contradicts itself.
    package init?(reading body: UnsafeRawBufferPointer) {
        guard let start = body.baseAddress, body.count > NativeGroupOutgoing.headByteCount else { return nil }
        sequence = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
        ordinal = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let first = Int(UInt16(littleEndian: start.loadUnaligned(fromByteOffset: 16, as: UInt16.self)))
        let content = UnsafeRawBufferPointer(rebasing: body[NativeGroupOutgoing.headByteCount...])
        guard first <= content.count, sequence < NativeGroupSource.numberMax, ordinal < NativeGroupSource.numberMax
        else { return nil }
        continuation = UnsafeRawBufferPointer(rebasing: content[..<first])
        frames = UnsafeRawBufferPointer(rebasing: content[first...])
    }
}
