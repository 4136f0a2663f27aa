/// Reads one BSON document (bsonspec.org) in place, element by element, and never builds a `Value`.
///
/// ```swift
/// var cursor = try BSONCursor(bytes)
/// while let element = try cursor.next() { … }    // its key, its kind, and what it holds when asked
/// ```
/// A document is its length, its elements and a zero byte. An element is a byte of kind, a key that a zero byte ends,
/// and a value; all numbers are little-endian:
/// ```
/// 13 00 00 00   10 'v' 00 03 00 00 00   08 'e' 00 01   00
/// ```
/// Trusts nothing: lengths are held against what is left, and documents within this one by whoever goes into them.
package struct BSONCursor {
    /// 5 bytes: a length and a zero byte.
    static let byteCountMin = 5

    private var bytes: ByteReader
    private let origin: UnsafeRawPointer

    /// Reads the document that `bytes` are, all of them; they must stay alive and unchanged meanwhile.
    package init(_ bytes: UnsafeRawBufferPointer) throws(BSONError) {
        let start = ByteReader(bytes).cursor
        try self.init(bytes, origin: start)
    }

    /// - Parameter origin: where the outermost document begins; offsets are counted from it.
    init(_ document: UnsafeRawBufferPointer, origin: UnsafeRawPointer) throws(BSONError) {
        var reader = ByteReader(document)
        let offset = reader.cursor - origin
        guard let length = reader.readLittleEndian(UInt32.self), document.count >= Self.byteCountMin else {
            throw BSONError(.truncated, at: offset)
        }
        guard Int(length) == document.count else { throw BSONError(.wrongLength, at: offset) }
        let end = reader.end - 1
        guard end.load(as: UInt8.self) == 0 else { throw BSONError(.unterminated, at: offset) }
        bytes = ByteReader(cursor: reader.cursor, end: end)
        self.origin = origin
    }

    /// The next element; nil behind the last one.
    package mutating func next() throws(BSONError) -> BSONElement? {
        let offset = bytes.cursor - origin
        guard let byte = bytes.readByte() else { return nil }
        guard let kind = BSONKind(rawValue: byte) else { throw BSONError(.unknownKind(byte), at: offset) }
        let key = try readKey()
        guard let byteCount = try contentByteCount(kind), let content = bytes.read(byteCount) else {
            throw BSONError(.truncated, at: offset)
        }
        return BSONElement(kind: kind, key: key, content: content, origin: origin)
    }

    private mutating func readKey() throws(BSONError) -> UnsafeRawBufferPointer {
        let offset = bytes.cursor - origin
        let count = ByteScan.first(0, in: bytes.rest)
        guard let key = bytes.read(count), bytes.readByte() != nil else { throw BSONError(.unterminated, at: offset) }
        guard UTF8Check.isValid(key) else { throw BSONError(.badUTF8, at: offset) }
        return key
    }

    /// How many bytes the value takes that is next; nil when it is cut off.
    private func contentByteCount(_ kind: BSONKind) throws(BSONError) -> Int? {
        switch kind {
        case .null, .undefined, .minKey, .maxKey: 0
        case .bool: 1
        case .int32: 4
        case .double, .date, .timestamp, .int64: 8
        case .objectID: BSONElement.objectIDByteCount
        case .string, .code, .symbol: try lengthByteCount(atLeast: 1, before: 0, after: 0)
        case .pointer: try lengthByteCount(atLeast: 1, before: 0, after: BSONElement.objectIDByteCount)
        case .binary: try lengthByteCount(atLeast: 0, before: 1, after: 0)
        case .document, .array: try lengthByteCount(atLeast: Self.byteCountMin, before: -4, after: 0)
        // A string of at least five bytes and a document, after the length of all.
        case .scopedCode: try lengthByteCount(atLeast: 14, before: -4, after: 0)
        case .regex: regexByteCount
        }
    }

    /// How many bytes a value takes that begins with a length.
    ///
    /// - Parameters:
    ///   - least: what the length is at least.
    ///   - before: how many bytes between length and content the length does not count; -4 when it counts itself.
    ///   - after: how many bytes belong to the value behind what the length counts.
    private func lengthByteCount(atLeast least: Int, before: Int, after: Int) throws(BSONError) -> Int? {
        var rest = bytes
        guard let length = rest.readLittleEndian(UInt32.self) else { return nil }
        // Above 2 GiB the length would be negative, and so it is out of range here: nothing is that long.
        guard Int(length) >= least, Int(length) <= rest.remaining - before - after else {
            throw BSONError(.wrongLength, at: bytes.cursor - origin)
        }
        return 4 + before + Int(length) + after
    }

    /// How many bytes the two texts of a regular expression take; nil when one of them does not end.
    private var regexByteCount: Int? {
        let rest = bytes.rest
        let pattern = ByteScan.first(0, in: rest)
        guard pattern < rest.count else { return nil }
        let options = ByteScan.first(0, in: UnsafeRawBufferPointer(rebasing: rest[(pattern + 1)...]))
        return pattern + 1 + options < rest.count ? pattern + options + 2 : nil
    }
}
