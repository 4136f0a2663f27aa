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
        guard let start = utf8.baseAddress else { return bytes.append("\"\"") }
        let end = start + utf8.count
        let stop = JSONScan.plainEnd(from: start, to: end)
        guard stop == end, utf8.count <= 32 else { return writeParts(start, stop, end, to: &bytes) }
        // Names, keys and short texts: one check for room, then plain stores.
        bytes.reserve(utf8.count + 2)
        bytes.cursor.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        bytes.cursor += 1
        bytes.copyFew(start, utf8.count)
        bytes.cursor += utf8.count
        bytes.cursor.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        bytes.cursor += 1
    }

    /// - Parameter stop: where the first byte is that is to be escaped.
    private static func writeParts(
        _ start: UnsafeRawPointer, _ stop: UnsafeRawPointer, _ end: UnsafeRawPointer, to bytes: inout ByteWriter
    ) {
        bytes.append(UInt8(ascii: "\""))
        var (cursor, stop) = (start, stop)
        while true {
            bytes.append(UnsafeRawBufferPointer(start: cursor, count: stop - cursor))
            guard stop < end else { break }
            writeEscape(stop.load(as: UInt8.self), to: &bytes)
            cursor = stop + 1
            stop = JSONScan.plainEnd(from: cursor, to: end)
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
            let low = byte & 15
            bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }
}
