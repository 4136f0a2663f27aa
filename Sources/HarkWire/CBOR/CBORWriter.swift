/// Writes CBOR (RFC 8949): integers in their shortest form, doubles in nine bytes, lengths always stated.
@usableFromInline
package enum CBORWriter {
    @inlinable @inline(__always)
    static func writeHead(_ major: UInt8, _ value: UInt64, to bytes: inout ByteWriter) {
        let kind = major &<< 5
        if value < 24 {
            bytes.append(kind | UInt8(truncatingIfNeeded: value))
        } else if value <= 0xFF {
            bytes.append(kind | 24, bigEndian: UInt8(truncatingIfNeeded: value))
        } else {
            writeLongHead(kind, value, to: &bytes)
        }
    }

    @usableFromInline
    static func writeLongHead(_ kind: UInt8, _ value: UInt64, to bytes: inout ByteWriter) {
        if value <= 0xFFFF {
            bytes.append(kind | 25, bigEndian: UInt16(truncatingIfNeeded: value))
        } else if value <= 0xFFFF_FFFF {
            bytes.append(kind | 26, bigEndian: UInt32(truncatingIfNeeded: value))
        } else {
            bytes.append(kind | 27, bigEndian: value)
        }
    }

    @inlinable
    package static func writeNull(to bytes: inout ByteWriter) { bytes.append(0xF6) }

    @inlinable
    package static func write(_ value: Bool, to bytes: inout ByteWriter) { bytes.append(value ? 0xF5 : 0xF4) }

    @inlinable
    package static func write(_ value: UInt64, to bytes: inout ByteWriter) { writeHead(0, value, to: &bytes) }

    @inlinable
    package static func write(_ value: Int64, to bytes: inout ByteWriter) {
        // Negative numbers are stored as -1 - n, which is what complementing the bits gives.
        let sign = value &>> 63
        writeHead(UInt8(truncatingIfNeeded: sign & 1), UInt64(bitPattern: value ^ sign), to: &bytes)
    }

    @inlinable
    package static func write(_ value: Double, to bytes: inout ByteWriter) {
        bytes.append(0xFB, bigEndian: value.bitPattern)
    }

    @inlinable
    package static func write(_ value: Float, to bytes: inout ByteWriter) {
        bytes.append(0xFA, bigEndian: value.bitPattern)
    }

    @inlinable
    package static func write(_ text: String, to bytes: inout ByteWriter) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable {
            writeText(UnsafeRawBufferPointer($0), to: &bytes)
        }
        if done == nil { writeForeign(text, to: &bytes) }
    }

    /// Text that is UTF-8 in memory already.
    @inlinable @inline(__always)
    static func writeText(_ utf8: UnsafeRawBufferPointer, to bytes: inout ByteWriter) {
        let count = utf8.count
        if count < 24, let start = utf8.baseAddress {
            // Names, keys and short texts: one check for room, then plain stores.
            bytes.reserve(count + 1)
            bytes.cursor.storeBytes(of: 0x60 | UInt8(truncatingIfNeeded: count), as: UInt8.self)
            bytes.cursor += 1
            bytes.copyFew(start, count)
            bytes.cursor += count
        } else {
            writeHead(3, UInt64(count), to: &bytes)
            bytes.append(utf8)
        }
    }

    /// Text of another runtime, made native first.
    @usableFromInline @inline(never)
    static func writeForeign(_ text: String, to bytes: inout ByteWriter) {
        ByteWriter.withUTF8(of: text) { writeText($0, to: &bytes) }
    }

    @inlinable @inline(__always)
    package static func write(_ content: UnsafeRawBufferPointer, to bytes: inout ByteWriter) {
        let count = content.count
        if count - 24 < 0xE8, count >= 24 {
            // Most byte strings: one check for room, then plain stores.
            bytes.appendReserving(0x58, UInt8(truncatingIfNeeded: count), content)
        } else {
            writeHead(2, UInt64(count), to: &bytes)
            bytes.append(content)
        }
    }

    @inlinable
    package static func writeArrayHead(count: Int, to bytes: inout ByteWriter) {
        writeHead(4, UInt64(count), to: &bytes)
    }

    @inlinable
    package static func writeObjectHead(count: Int, to bytes: inout ByteWriter) {
        writeHead(5, UInt64(count), to: &bytes)
    }
}

// MARK: - Values

extension CBORWriter {
    /// Writes a value; gives up, leaving what is written so far, when it is nested deeper than others would read.
    @usableFromInline
    package static func write(_ value: Value, depth: Int = 0, to bytes: inout ByteWriter) throws(CBORError) {
        switch value {
        case .null: writeNull(to: &bytes)
        case .bool(let value): write(value, to: &bytes)
        case .int(let value): write(value, to: &bytes)
        case .double(let value): write(value, to: &bytes)
        case .string(let value): write(value, to: &bytes)
        case .bytes(let value): value.array.withUnsafeBytes { write($0, to: &bytes) }
        case .array(let elements):
            guard depth < Value.depthMax else { throw CBORError(.tooDeep, at: bytes.frameByteCount) }
            writeArrayHead(count: elements.count, to: &bytes)
            for element in elements { try write(element, depth: depth + 1, to: &bytes) }
        case .object(let object):
            guard depth < Value.depthMax else { throw CBORError(.tooDeep, at: bytes.frameByteCount) }
            writeObjectHead(count: object.count, to: &bytes)
            for field in object.fields {
                write(field.key, to: &bytes)
                try write(field.value, depth: depth + 1, to: &bytes)
            }
        case .date(let milliseconds): writeDate(milliseconds, to: &bytes)
        case .regex(let pattern, let options): writeRegex(pattern, options, to: &bytes)
        }
    }

    /// Tag 1: seconds since 1970, as an integer where they are whole.
    static func writeDate(_ milliseconds: Int64, to bytes: inout ByteWriter) {
        writeHead(6, CBORTag.epoch, to: &bytes)
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        if rest == 0 || milliseconds.magnitude > CBORTag.millisecondsMax {
            write(seconds, to: &bytes)
        } else {
            write(Double(milliseconds) / 1000, to: &bytes)
        }
    }

    /// Tag 35: the pattern, or an array of the pattern and its flags.
    static func writeRegex(_ pattern: String, _ options: String, to bytes: inout ByteWriter) {
        writeHead(6, CBORTag.regex, to: &bytes)
        if !options.isEmpty { writeArrayHead(count: 2, to: &bytes) }
        write(pattern, to: &bytes)
        if !options.isEmpty { write(options, to: &bytes) }
    }
}
