/// Writes a value as JSON (RFC 8259), without white space, as Node's `JSON.stringify` does where it has the value.
///
/// Bytes become `{"$bytes":"…"}` in base64, a date its ISO 8601 string, a regular expression
/// `{"$regex":"…","$options":"…"}`; NaN and infinities become null.
package enum JSONWriter {
    /// Writes a value; gives up, leaving what is written so far, when it is nested deeper than others would read.
    package static func write(_ value: Value, depth: Int = 0, to bytes: inout ByteWriter) throws(JSONError) {
        switch value {
        case .null: bytes.append("null")
        case .bool(let value): bytes.append(value ? "true" : "false")
        case .int(let value): JSONNumberWriter.write(value, to: &bytes)
        case .double(let value): JSONNumberWriter.write(value, to: &bytes)
        case .string(let value): write(value, to: &bytes)
        case .bytes(let value):
            value.array.withUnsafeBytes { write(content: $0, to: &bytes) }
        case .array(let elements):
            try check(depth, bytes.frameByteCount)
            var separator = UInt8(ascii: "[")
            if elements.isEmpty { bytes.append(separator) }
            for element in elements {
                bytes.append(separator)
                try write(element, depth: depth + 1, to: &bytes)
                separator = UInt8(ascii: ",")
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): try write(object, depth: depth, to: &bytes)
        case .date(let milliseconds): ISODate.write(milliseconds, to: &bytes)
        case .regex(let pattern, let options):
            bytes.append("{\"$regex\":")
            write(pattern, to: &bytes)
            bytes.append(",\"$options\":")
            write(options, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func check(_ depth: Int, _ offset: Int) throws(JSONError) {
        guard depth < Value.depthMax else { throw JSONError(.tooDeep(limit: Value.depthMax), at: offset) }
    }

    private static func write(
        _ object: Value.Object, depth: Int, to bytes: inout ByteWriter
    ) throws(JSONError) {
        try check(depth, bytes.frameByteCount)
        var separator = UInt8(ascii: "{")
        if object.isEmpty { bytes.append(separator) }
        for field in object.fields {
            bytes.append(separator)
            write(field.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            try write(field.value, depth: depth + 1, to: &bytes)
            separator = UInt8(ascii: ",")
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Writes bytes as `{"$bytes":"…"}`.
    static func write(content: UnsafeRawBufferPointer, to bytes: inout ByteWriter) {
        bytes.append("{\"$bytes\":\"")
        Base64.write(content, to: &bytes)
        bytes.append("\"}")
    }

    /// Writes text in quotes, escaping no more than has to be.
    package static func write(_ text: String, to bytes: inout ByteWriter) {
        ByteWriter.withUTF8(of: text) { write(utf8: $0, to: &bytes) }
    }

    /// Writes text that is UTF-8 in memory in quotes, escaping no more than has to be.
    package static func write(utf8: UnsafeRawBufferPointer, to bytes: inout ByteWriter) {
        if writePlain(utf8, to: &bytes) == nil { writeParts(utf8, to: &bytes) }
    }

    /// Writes what may be text, if it is UTF-8; otherwise nothing, and returns false.
    static func write(ifUTF8 utf8: UnsafeRawBufferPointer, to bytes: inout ByteWriter) -> Bool {
        let begin = bytes.frameByteCount
        if let isASCII = writePlain(utf8, to: &bytes) {
            if isASCII || UTF8Check.isValidBeyondASCII(utf8) { return true }
            bytes.abandonFrame(after: begin)
            return false
        }
        guard UTF8Check.isValid(utf8) else { return false }
        writeParts(utf8, to: &bytes)
        return true
    }

    /// Writes text in quotes in which nothing has to be escaped: looked at and copied word by word, with one check for
    /// room.
    ///
    /// - Returns: whether it is ASCII; nil, with nothing written, if there is something to escape.
    @inline(__always)
    private static func writePlain(_ utf8: UnsafeRawBufferPointer, to bytes: inout ByteWriter) -> Bool? {
        // The last word is stored whole.
        bytes.reserve(utf8.count + 10)
        let start = bytes.cursor
        start.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        var seen: UInt64 = 0
        guard let end = JSONScan.copyPlain(utf8, to: start + 1, &seen) else { return nil }
        end.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        bytes.cursor = end + 1
        return seen & UTF8Check.topBits == 0
    }

    @inline(never)
    private static func writeParts(_ utf8: UnsafeRawBufferPointer, to bytes: inout ByteWriter) {
        guard var cursor = utf8.baseAddress else { return bytes.append("\"\"") }
        let end = cursor + utf8.count
        bytes.append(UInt8(ascii: "\""))
        while true {
            let stop = JSONScan.plainEnd(from: cursor, to: end)
            bytes.append(UnsafeRawBufferPointer(start: cursor, count: stop - cursor))
            guard stop < end else { break }
            writeEscape(stop.load(as: UInt8.self), to: &bytes)
            cursor = stop + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func writeEscape(_ byte: UInt8, to bytes: inout ByteWriter) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append("\\\"")
        case UInt8(ascii: "\\"): bytes.append("\\\\")
        case 0x08: bytes.append("\\b")
        case 0x09: bytes.append("\\t")
        case 0x0A: bytes.append("\\n")
        case 0x0C: bytes.append("\\f")
        case 0x0D: bytes.append("\\r")
        default:
            bytes.append("\\u00")
            bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            bytes.append(HexDigits.digit(byte & 15))
        }
    }
}
