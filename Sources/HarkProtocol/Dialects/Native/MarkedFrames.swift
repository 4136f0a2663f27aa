internal import HarkWire

/// The frames of a chunk, with the number of each event.
struct MarkedFrames {
    struct Frame {
        var bytes: UnsafeRawBufferPointer
        var offset: Int
        /// Counted events up to here, this one included.
        var mark: UInt64
        var isCounted: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var mark: UInt64

    /// - Parameters:
    ///   - bytes: whole frames.
    ///   - mark: counted events in front of them.
    init(_ bytes: UnsafeRawBufferPointer, _ mark: UInt64) {
        self.bytes = bytes
        self.mark = mark
    }

    mutating func next() -> Frame? {
        guard let (kind, count) = peek() else { return nil }
        defer { offset += count }
        let isCounted = kind == .event || kind == .namedEvent
        if isCounted { mark += 1 }
        let frame = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
        return Frame(bytes: frame, offset: offset, mark: mark, isCounted: isCounted)
    }

    /// Passes what only asks for the acknowledgement of the event before.
    ///
    /// - Returns: where the next frame begins.
    mutating func skipFlushes() -> Int {
        while let (kind, count) = peek(), kind == .flush { offset += count }
        return offset
    }

    private func peek() -> (kind: NativeKind?, count: Int)? {
        guard bytes.count - offset >= FrameHeader.byteCount else { return nil }
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        let header = FrameHeader(rawValue: UInt32(littleEndian: word))
        let count = FrameHeader.byteCount + header.bodyByteCount
        guard bytes.count - offset >= count else { return nil }
        return (NativeKind(rawValue: header.kind & NativeKind.mask), count)
    }
}
