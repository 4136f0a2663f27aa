/// Values as CBOR.
extension BSONElement {
    /// Writes the value as CBOR, as a program in JavaScript would have it before it:
    ///
    /// - integers of all widths are integers, and so is a double that is whole and within ±2^53: to JavaScript they
    ///   are the same, and JSON would say so too;
    /// - an array has its elements in order, whatever their keys; binary data is bytes, whatever its subtype;
    /// - a regular expression's flag `s` is `g`, as js-bson has it;
    /// - what databases write becomes the nearest thing: an object id, also that of a pointer, its 24 hex digits; code
    ///   and symbols their text, without the scope; a timestamp its number; undefined, least and greatest key null.
    ///
    /// - Parameter output: what is written must not leave the frame it stands in; after an error it is incomplete,
    ///   and for the caller to drop.
    package func transcode(to output: inout ByteWriter) throws(BSONError) { try transcode(0, to: &output) }

    private func transcode(_ depth: Int, to output: inout ByteWriter) throws(BSONError) {
        switch kind {
        case .null, .undefined, .minKey, .maxKey: CBORWriter.writeNull(to: &output)
        case .bool: CBORWriter.write(try readBool(), to: &output)
        case .int32, .int64: CBORWriter.write(try readInteger(), to: &output)
        case .double: transcodeDouble(to: &output)
        case .string, .code, .symbol: CBORWriter.writeText(try text(at: 0).text, to: &output)
        case .binary: try transcodeBinary(to: &output)
        case .document: try transcodeDocument(depth, to: &output)
        case .array: try transcodeArray(depth, to: &output)
        case .date: CBORWriter.writeDate(integer64, to: &output)
        case .regex: try transcodeRegex(to: &output)
        case .timestamp: CBORWriter.write(UInt64(bitPattern: integer64), to: &output)
        case .objectID: writeHexDigits(ofObjectIDAt: 0, to: &output)
        case .pointer: writeHexDigits(ofObjectIDAt: try text(at: 0).end, to: &output)
        case .scopedCode: try transcodeScopedCode(to: &output)
        }
    }

    private func transcodeDouble(to output: inout ByteWriter) {
        if let integer = Int64(integral: double) {
            CBORWriter.write(integer, to: &output)
        } else {
            CBORWriter.write(double, to: &output)
        }
    }

    /// A length, a subtype, and the bytes; in the old subtype 2 they have a length of their own once more.
    private func transcodeBinary(to output: inout ByteWriter) throws(BSONError) {
        var bytes = UnsafeRawBufferPointer(rebasing: content[5...])
        if content[4] == 2 {
            var reader = ByteReader(bytes)
            guard let length = reader.readLittleEndian(UInt32.self), Int(length) == reader.remaining else {
                throw error(.wrongLength, after: 5)
            }
            bytes = reader.rest
        }
        CBORWriter.write(bytes, to: &output)
    }

    private func transcodeArray(_ depth: Int, to output: inout ByteWriter) throws(BSONError) {
        guard depth < Value.depthMax else { throw error(.tooDeep) }
        var cursor = try beginArray()
        var head = CBORCountedHead(.array, to: &output)
        while let element = try cursor.next() {
            head.countPart(to: &output)
            try element.transcode(depth + 1, to: &output)
        }
        head.end(to: &output)
    }

    private func transcodeDocument(_ depth: Int, to output: inout ByteWriter) throws(BSONError) {
        guard depth < Value.depthMax else { throw error(.tooDeep) }
        var cursor = try beginDocument()
        var head = CBORCountedHead(.object, to: &output)
        while let element = try cursor.next() {
            head.countPart(to: &output)
            CBORWriter.writeText(element.key, to: &output)
            try element.transcode(depth + 1, to: &output)
        }
        head.end(to: &output)
    }

    private func transcodeRegex(to output: inout ByteWriter) throws(BSONError) {
        let middle = ByteScan.first(0, in: content)
        let pattern = UnsafeRawBufferPointer(rebasing: content[..<middle])
        let options = UnsafeRawBufferPointer(rebasing: content[(middle + 1)..<(content.count - 1)])
        guard UTF8Check.isValid(pattern), UTF8Check.isValid(options) else { throw error(.badUTF8) }
        CBORWriter.writeHead(6, CBORTag.regex, to: &output)
        if !options.isEmpty { CBORWriter.writeArrayHead(count: 2, to: &output) }
        CBORWriter.writeText(pattern, to: &output)
        guard !options.isEmpty else { return }
        CBORWriter.writeHead(3, UInt64(options.count), to: &output)
        for flag in options { output.append(flag == UInt8(ascii: "s") ? UInt8(ascii: "g") : flag) }
    }

    /// The length of all, the code, and a document with the scope, which is passed over.
    private func transcodeScopedCode(to output: inout ByteWriter) throws(BSONError) {
        let (code, end) = try text(at: 4)
        _ = try BSONCursor(UnsafeRawBufferPointer(rebasing: content[end...]), origin: origin)
        CBORWriter.writeText(code, to: &output)
    }

    private func writeHexDigits(ofObjectIDAt position: Int, to output: inout ByteWriter) {
        CBORWriter.writeHead(3, UInt64(2 * Self.objectIDByteCount), to: &output)
        for byte in content[position..<position + Self.objectIDByteCount] {
            output.append(HexDigits.digit(byte &>> 4))
            output.append(HexDigits.digit(byte & 15))
        }
    }
}
