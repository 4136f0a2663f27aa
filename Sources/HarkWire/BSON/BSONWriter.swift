/// Writes BSON into the current frame of a `ByteWriter`, which documents must not leave.
///
/// ```swift
/// let document = BSONWriter.beginDocument(to: &output)
/// BSONWriter.write(3, BSONWriter.beginElement("v", to: &output), to: &output)
/// let array = BSONWriter.beginArray(BSONWriter.beginElement("list", to: &output), to: &output)
/// BSONWriter.write(true, BSONWriter.beginElement(index: 0, to: &output), to: &output)
/// BSONWriter.endDocument(array, to: &output)
/// BSONWriter.endDocument(document, to: &output)
/// ```
/// An element is its key and then its value, which fills in its kind where the element began. A document has to be
/// shorter than 2 GiB: frames are limited to far less.
package enum BSONWriter {
    /// Begins a document that is no element of another one.
    ///
    /// - Returns: what `endDocument` needs.
    package static func beginDocument(to output: inout ByteWriter) -> Int {
        let offset = output.frameByteCount
        output.appendLittleEndian(UInt32(0))
        return offset
    }

    /// Begins a document as the value of an element.
    package static func beginDocument(_ element: Int, to output: inout ByteWriter) -> Int {
        patch(.document, element, &output)
        return beginDocument(to: &output)
    }

    /// Begins an array as the value of an element: the keys of its own elements are 0, 1 and so on.
    package static func beginArray(_ element: Int, to output: inout ByteWriter) -> Int {
        patch(.array, element, &output)
        return beginDocument(to: &output)
    }

    /// Ends a document or array.
    package static func endDocument(_ document: Int, to output: inout ByteWriter) {
        output.append(0)
        output.patch(UInt32(truncatingIfNeeded: output.frameByteCount - document), at: document)
    }
}

// MARK: - Keys

extension BSONWriter {
    /// Begins an element whose key is UTF-8.
    ///
    /// - Returns: what the functions need that write the value; nil, with nothing written, when there is a zero byte in
    ///   the key: it would end there.
    static func beginElement(_ key: UnsafeRawBufferPointer, to output: inout ByteWriter) -> Int? {
        guard ByteScan.first(0, in: key) == key.count else { return nil }
        let offset = beginElement(to: &output)
        output.append(key)
        output.append(0)
        return offset
    }

    /// Begins an element with a key without zero bytes.
    package static func beginElement(_ key: StaticString, to output: inout ByteWriter) -> Int {
        let offset = beginElement(to: &output)
        output.append(key)
        output.append(0)
        return offset
    }

    /// Begins an element of an array.
    package static func beginElement(index: Int, to output: inout ByteWriter) -> Int {
        let offset = beginElement(to: &output)
        JSONNumberWriter.write(Int64(index), to: &output)
        output.append(0)
        return offset
    }

    private static func beginElement(to output: inout ByteWriter) -> Int {
        let offset = output.frameByteCount
        output.append(BSONKind.null.rawValue)
        return offset
    }

    @inline(__always)
    private static func patch(_ kind: BSONKind, _ element: Int, _ output: inout ByteWriter) {
        output.patch(byte: kind.rawValue, at: element)
    }
}

// MARK: - Values

extension BSONWriter {
    /// What js-bson writes for NaN.
    private static let nanBits: UInt64 = 0x7FF0_0000_0000_0001

    package static func writeNull(_ element: Int, to output: inout ByteWriter) { patch(.null, element, &output) }

    package static func write(_ value: Bool, _ element: Int, to output: inout ByteWriter) {
        patch(.bool, element, &output)
        output.append(value ? 1 : 0)
    }

    package static func write(_ value: Int32, _ element: Int, to output: inout ByteWriter) {
        patch(.int32, element, &output)
        output.appendLittleEndian(value)
    }

    /// A number as js-bson writes it: of 32 bits if it fits, else a double: beyond ±2^53 the nearest.
    package static func write(number value: Int64, _ element: Int, to output: inout ByteWriter) {
        if let short = Int32(exactly: value) { return write(short, element, to: &output) }
        write(double: Double(value), element, to: &output)
    }

    /// A number as js-bson writes it: of 32 bits if it is whole and fits, minus zero included.
    package static func write(number value: Double, _ element: Int, to output: inout ByteWriter) {
        if let integer = Int64(integral: value), let short = Int32(exactly: integer) {
            return write(short, element, to: &output)
        }
        write(double: value, element, to: &output)
    }

    private static func write(double value: Double, _ element: Int, to output: inout ByteWriter) {
        patch(.double, element, &output)
        output.appendLittleEndian(value.isNaN ? nanBits : value.bitPattern)
    }

    /// Text that is UTF-8 in memory.
    package static func write(text: UnsafeRawBufferPointer, _ element: Int, to output: inout ByteWriter) {
        patch(.string, element, &output)
        output.appendLittleEndian(UInt32(truncatingIfNeeded: text.count + 1))
        output.append(text)
        output.append(0)
    }

    /// Bytes, of the subtype 0, which is nothing in particular.
    package static func write(content: UnsafeRawBufferPointer, _ element: Int, to output: inout ByteWriter) {
        patch(.binary, element, &output)
        output.appendLittleEndian(UInt32(truncatingIfNeeded: content.count))
        output.append(0)
        output.append(content)
    }

    package static func write(milliseconds: Int64, _ element: Int, to output: inout ByteWriter) {
        patch(.date, element, &output)
        output.appendLittleEndian(milliseconds)
    }

    /// A regular expression with the flags that js-bson knows, in its order and letters: `g` is written as `s`.
    ///
    /// - Returns: false, with nothing written, when there is a zero byte in the pattern: it would end there.
    static func write(
        pattern: UnsafeRawBufferPointer, options: UnsafeRawBufferPointer, _ element: Int, to output: inout ByteWriter
    ) -> Bool {
        guard ByteScan.first(0, in: pattern) == pattern.count else { return false }
        patch(.regex, element, &output)
        output.append(pattern)
        output.append(0)
        if options.contains(UInt8(ascii: "g")) { output.append("s") }
        if options.contains(UInt8(ascii: "i")) { output.append("i") }
        if options.contains(UInt8(ascii: "m")) { output.append("m") }
        output.append(0)
        return true
    }
}
