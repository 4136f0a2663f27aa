public import HarkWire

/// Writes the frame header around a body.
@usableFromInline
package enum NativeFrame {
    /// Starts a frame. Its length is filled in by `end`.
    @inlinable
    package static func begin(_ kind: NativeKind, flags: UInt8 = 0, into output: inout ByteWriter) {
        output.beginFrame()
        output.appendLittleEndian(UInt32(kind.rawValue | flags))
    }

    /// Fills in the length of the frame begun last.
    @inlinable
    package static func end(_ output: inout ByteWriter) {
        output.patchFrameLength()
    }
}
