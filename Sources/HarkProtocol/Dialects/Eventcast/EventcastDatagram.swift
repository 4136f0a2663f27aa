package import HarkWire

/// A datagram: the length of its meta in two bytes, big-endian, the meta, and the payload, which is all that is left.
package struct EventcastDatagram {
    /// The two bytes of the meta's length.
    static let headByteCount = 2

    package let meta: EventcastMeta
    /// A document, a slice of another datagram where the meta says that this is a segment, or what is encrypted.
    package let payload: UnsafeRawBufferPointer

    package init(meta: EventcastMeta, payload: UnsafeRawBufferPointer) {
        self.meta = meta
        self.payload = payload
    }

    /// Reads it in place: it is valid as long as the bytes are. What the payload is, is not looked at.
    package init(reading bytes: UnsafeRawBufferPointer) throws(EventcastError) {
        var reader = ByteReader(bytes)
        guard let length = reader.readBigEndian(UInt16.self), let document = reader.read(Int(length)) else {
            throw .truncated(byteCount: bytes.count)
        }
        meta = try EventcastMeta(reading: document)
        payload = reader.rest
    }

    /// Writes a datagram with a payload that is bytes already, as a frame of its own.
    ///
    /// - Throws: with nothing left of the frame.
    package static func write(
        _ meta: EventcastMeta, payload: UnsafeRawBufferPointer, to output: inout ByteWriter
    ) throws(EventcastError) {
        try begin(meta, to: &output)
        output.append(payload)
    }

    /// Writes a datagram with the arguments of an event, as a frame of its own.
    ///
    /// - Parameter arguments: a CBOR sequence.
    /// - Throws: with nothing left of the frame.
    package static func write(
        _ meta: EventcastMeta, arguments: UnsafeRawBufferPointer, to output: inout ByteWriter
    ) throws(EventcastError) {
        try begin(meta, to: &output)
        do throws(CBORError) {
            try EventcastPayload.write(arguments: arguments, to: &output)
        } catch {
            output.abandonFrame()
            throw .badArguments(error)
        }
    }

    /// Writes a datagram that asks for segments once more, as a frame of its own.
    ///
    /// - Throws: with nothing left of the frame.
    package static func write(
        _ meta: EventcastMeta, request: EventcastRequest, to output: inout ByteWriter
    ) throws(EventcastError) {
        try begin(meta, to: &output)
        request.write(to: &output)
    }

    private static func begin(_ meta: EventcastMeta, to output: inout ByteWriter) throws(EventcastError) {
        output.beginFrame()
        output.appendBigEndian(UInt16(0))
        meta.write(to: &output)
        let byteCount = output.frameByteCount - headByteCount
        guard let length = UInt16(exactly: byteCount) else {
            output.abandonFrame()
            throw .metaTooLong(byteCount: byteCount)
        }
        output.patch(byte: UInt8(truncatingIfNeeded: length &>> 8), at: 0)
        output.patch(byte: UInt8(truncatingIfNeeded: length), at: 1)
    }
}
