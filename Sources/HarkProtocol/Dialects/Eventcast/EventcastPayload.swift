package import HarkWire

/// What stands behind the meta of a whole message: a BSON document with one field, `payload`, which holds the
/// arguments as an array.
package enum EventcastPayload {
    static let key: StaticString = "payload"

    /// Writes arguments.
    ///
    /// - Parameter arguments: a CBOR sequence.
    package static func write(
        arguments: UnsafeRawBufferPointer, to output: inout ByteWriter
    ) throws(CBORError) {
        let document = BSONWriter.beginDocument(to: &output)
        let array = BSONWriter.beginArray(BSONWriter.beginElement(key, to: &output), to: &output)
        try BSONTranscoder.writeElements(ofCBOR: arguments, to: &output)
        BSONWriter.endDocument(array, to: &output)
        BSONWriter.endDocument(document, to: &output)
    }

    /// Writes the arguments of a payload as a CBOR sequence. What is not an array is one argument; nothing is null.
    ///
    /// - Parameter output: what is written must not leave the frame it stands in; after an error it is incomplete,
    ///   and for the caller to drop.
    /// - Returns: how many there are.
    @discardableResult
    package static func transcode(
        _ payload: UnsafeRawBufferPointer, to output: inout ByteWriter
    ) throws(EventcastError) -> Int {
        do throws(BSONError) {
            guard let content = try Self.content(of: payload) else {
                CBORWriter.writeNull(to: &output)
                return 1
            }
            guard content.kind == .array else {
                try content.transcode(to: &output)
                return 1
            }
            var count = 0
            var cursor = try content.beginArray()
            while let element = try cursor.next() {
                try element.transcode(to: &output)
                count += 1
            }
            return count
        } catch { throw .badPayload(error) }
    }

    /// The field that it is about; nil where there is none.
    static func content(of payload: UnsafeRawBufferPointer) throws(BSONError) -> BSONElement? {
        if payload.isEmpty { return nil }
        var content: BSONElement?
        var cursor = try BSONCursor(payload)
        while let element = try cursor.next() {
            if element.isNamed(key) { content = element }
        }
        return content
    }
}
