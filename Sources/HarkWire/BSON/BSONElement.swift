/// A key and a value of a document, in place. Its bytes are valid as long as the document's.
package struct BSONElement {
    /// 12 bytes: seconds, a machine, a process and a counter.
    static let objectIDByteCount = 12

    package let kind: BSONKind
    /// UTF-8 without zero bytes.
    package let key: UnsafeRawBufferPointer
    /// The value as it stands in the document, its own length included.
    let content: UnsafeRawBufferPointer
    let origin: UnsafeRawPointer

    /// Where the value begins, in bytes from the start of the outermost document.
    package var offset: Int { ByteReader(content).cursor - origin }

    func error(_ reason: BSONError.Reason, after byteCount: Int = 0) -> BSONError {
        BSONError(reason, at: offset + byteCount)
    }

    private func expect(_ expected: BSONKind) throws(BSONError) {
        guard kind == expected else { throw error(.expected(expected)) }
    }

    /// Whether the key is this one.
    package func isNamed(_ name: StaticString) -> Bool {
        guard key.count == name.utf8CodeUnitCount else { return false }
        return key.elementsEqual(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}

// MARK: - Scalars

extension BSONElement {
    /// The truth value that this is.
    package func readBool() throws(BSONError) -> Bool {
        try expect(.bool)
        switch content[0] {
        case 0: return false
        case 1: return true
        default: throw error(.badBool)
        }
    }

    /// The integer that this is; that of a double where it is whole and within ±2^53.
    package func readInteger() throws(BSONError) -> Int64 {
        switch kind {
        case .int32: return Int64(content.loadUnaligned(as: Int32.self).littleEndian)
        case .int64: return integer64
        default:
            guard kind == .double, let integer = Int64(integral: double) else { throw error(.expected(.int32)) }
            return integer
        }
    }

    /// The string that this is.
    ///
    /// - Returns: its UTF-8, in which there may be zero bytes.
    package func readString() throws(BSONError) -> UnsafeRawBufferPointer {
        try expect(.string)
        return try text(at: 0).text
    }

    var double: Double { Double(bitPattern: UInt64(bitPattern: integer64)) }

    var integer64: Int64 { content.loadUnaligned(as: Int64.self).littleEndian }

    /// The text at `position` in the value, which has a length before it and a zero byte behind; and where it ends.
    func text(at position: Int) throws(BSONError) -> (text: UnsafeRawBufferPointer, end: Int) {
        let rest = content[position...]
        guard rest.count >= 5 else { throw error(.truncated, after: position) }
        let length = Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
        guard length >= 1, length <= rest.count - 4 else { throw error(.wrongLength, after: position) }
        let start = position + 4
        let end = start + length
        guard content[end - 1] == 0 else { throw error(.unterminated, after: start) }
        let text = UnsafeRawBufferPointer(rebasing: content[start..<end - 1])
        guard UTF8Check.isValid(text) else { throw error(.badUTF8, after: start) }
        return (text, end)
    }
}

// MARK: - Containers

extension BSONElement {
    /// Goes into the document that this is.
    package func beginDocument() throws(BSONError) -> BSONCursor {
        try expect(.document)
        return try BSONCursor(content, origin: origin)
    }

    /// Goes into the array that this is: a document whose keys mean nothing, in order.
    package func beginArray() throws(BSONError) -> BSONCursor {
        try expect(.array)
        return try BSONCursor(content, origin: origin)
    }
}
