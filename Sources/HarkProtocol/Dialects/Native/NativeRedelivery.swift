internal import HarkWire

/// Events that are sent again in another session say so in a header: the receiver may have had them before.
enum NativeRedelivery {
    /// The map that has nothing but the key, with `true`.
    private static let header: [UInt8] = [0xA1, 0x6B] + "redelivered".utf8 + [0xF5]

    /// Whether the headers behind the name at the front of `body` say so.
    static func isMarked(_ kind: NativeKind, _ body: ByteReader) -> Bool {
        var body = body
        guard let number = body.readLEB128() else { return false }
        if kind == .namedEvent { _ = body.read(Int(clamping: number)) }
        var reader = CBORReader(body.rest)
        return (try? reader.readValue())?["redelivered"] == .bool(true)
    }

    /// Copies the frame of a counted event with the header added, unless it is new, has one or would become too long.
    static func copy(
        _ frame: UnsafeRawBufferPointer, isNew: Bool, _ kind: NativeKind?, _ bodyByteCountMax: Int,
        to output: inout ByteWriter
    ) {
        var body = ByteReader(UnsafeRawBufferPointer(rebasing: frame[FrameHeader.byteCount...]))
        let start = body.cursor
        let isMarked = frame[0] & NativeKind.headers != 0
        let isFitting = frame.count - FrameHeader.byteCount + header.count <= bodyByteCountMax
        guard !isNew, !isMarked, isFitting, let kind, let number = body.readLEB128(),
            kind == .event || body.read(Int(clamping: number)) != nil
        else {
            output.beginFrame()
            return output.append(frame)
        }
        NativeFrame.begin(kind, flags: NativeKind.headers, into: &output)
        output.append(UnsafeRawBufferPointer(start: start, count: body.cursor - start))
        header.withUnsafeBytes { output.append($0) }
        output.append(body.rest)
        NativeFrame.end(&output)
    }
}
