package import HarkWire

/// What of the data stream is worth sending over another connection.
extension NativeOutgoing {
    /// Counts events that were written elsewhere.
    package mutating func countSent(_ count: UInt64) { sentCount &+= count }

    /// Copies the counted events of a chunk of whole frames, leaving out what concerns only the connection that has
    /// ended: requests and replies, volatile events, names, which are declared anew, and a goodbye.
    ///
    /// - Parameter offset: frames that begin before it have left, or begun to.
    /// - Returns: how many events were copied.
    package static func keepEvents(of chunk: ByteChunk, from offset: Int, in output: inout ByteWriter) -> UInt64 {
        var count: UInt64 = 0
        var reader = ByteReader(chunk.bytes(from: 0))
        let end = reader.end
        while let word = reader.readLittleEndian(UInt32.self) {
            let header = FrameHeader(rawValue: word)
            let start = reader.cursor - FrameHeader.byteCount
            guard reader.read(header.bodyByteCount) != nil else { break }
            let isBehind = chunk.byteCount - (end - start) >= offset
            switch NativeKind(rawValue: header.kind & NativeKind.mask) {
            case .event, .namedEvent:
                guard isBehind else { continue }
                output.beginFrame()
                output.append(UnsafeRawBufferPointer(start: start, count: FrameHeader.byteCount + header.bodyByteCount))
                count += 1
            case .hello, .welcome, .goodbye, .name, .volatile, .namedVolatile, .ack, .settled, .request, .namedRequest,
                .reply, .failure, .ping, .pong, .data, .flush, nil:
                break
            }
        }
        return count
    }
}
