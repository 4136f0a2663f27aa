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

extension NativeFrame {
    /// Calls `body` with each frame of a chunk of whole frames, header included, until it returns false.
    static func forEach(
        in chunk: ByteChunk, from offset: Int, _ body: (NativeKind?, UnsafeRawBufferPointer) -> Bool
    ) {
        var reader = ByteReader(chunk.bytes(from: offset))
        while let word = reader.readLittleEndian(UInt32.self) {
            let header = FrameHeader(rawValue: word)
            let start = reader.cursor - FrameHeader.byteCount
            guard reader.read(header.bodyByteCount) != nil else { return }
            let frame = UnsafeRawBufferPointer(start: start, count: FrameHeader.byteCount + header.bodyByteCount)
            guard body(NativeKind(rawValue: header.kind & NativeKind.mask), frame) else { return }
        }
    }
}
