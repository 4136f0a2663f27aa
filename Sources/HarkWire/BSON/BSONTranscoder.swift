/// Writes CBOR as BSON, straight from the bytes, with the kinds that js-bson 0.2 writes for the same values.
///
/// Numbers that are whole and fit are of 32 bits, all others doubles; undefined is null. What is rare goes through a
/// `Value`: tags (dates, regular expressions) and strings in pieces. A key that occurs twice is written twice: whoever
/// reads it takes the last one.
package enum BSONTranscoder {
    /// Writes every item of a CBOR sequence, as the elements of an array that the caller has begun.
    ///
    /// - Returns: how many there are.
    /// - Throws: where the bytes are not CBOR that Hark accepts, or BSON has no way to say it. What is written so far
    ///   is for the caller to drop.
    @discardableResult
    package static func writeElements(
        ofCBOR items: UnsafeRawBufferPointer, to output: inout ByteWriter
    ) throws(CBORError) -> Int {
        var reader = CBORReader(items)
        var count = 0
        while !reader.isAtEnd {
            try writeValue(BSONWriter.beginElement(index: count, to: &output), from: &reader, to: &output)
            count += 1
        }
        return count
    }

    /// Writes the next item as the value of an element.
    static func writeValue(
        _ element: Int, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        let initial = try reader.readInitial()
        switch initial &>> 5 {
        case 0:
            let number = try reader.readNumber(initial)
            if let integer = Int64(exactly: number) { return BSONWriter.write(number: integer, element, to: &output) }
            BSONWriter.write(number: Double(number), element, to: &output)
        case 1:
            let number = try reader.readNumber(initial)
            if let magnitude = Int64(exactly: number) {
                return BSONWriter.write(number: ~magnitude, element, to: &output)
            }
            BSONWriter.write(number: number == .max ? -0x1p64 : -Double(number + 1), element, to: &output)
        case 2 where !CBORReader.isOpen(initial):
            BSONWriter.write(content: try reader.readSlice(initial), element, to: &output)
        case 3 where !CBORReader.isOpen(initial):
            BSONWriter.write(text: try readText(initial, from: &reader), element, to: &output)
        case 4: try writeArray(element, initial, from: &reader, to: &output)
        case 5: try writeObject(element, initial, from: &reader, to: &output)
        case 7: try writeSimple(element, initial, from: &reader, to: &output)
        default:
            reader.bytes.cursor -= 1
            try writeRare(element, from: &reader, to: &output)
        }
    }

    private static func writeSimple(
        _ element: Int, _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        switch initial {
        case 0xF4: BSONWriter.write(false, element, to: &output)
        case 0xF5: BSONWriter.write(true, element, to: &output)
        case 0xF6, 0xF7: BSONWriter.writeNull(element, to: &output)
        default:
            guard let double = try reader.readFloat(initial) else { throw reader.simpleError(initial) }
            BSONWriter.write(number: double, element, to: &output)
        }
    }

    private static func writeArray(
        _ element: Int, _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        var left = try reader.readContainerHead(initial, ofFields: false)
        let array = BSONWriter.beginArray(element, to: &output)
        var index = 0
        while try reader.next(&left) {
            try writeValue(BSONWriter.beginElement(index: index, to: &output), from: &reader, to: &output)
            index += 1
        }
        BSONWriter.endDocument(array, to: &output)
    }

    private static func writeObject(
        _ element: Int, _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        var left = try reader.readContainerHead(initial, ofFields: true)
        let document = BSONWriter.beginDocument(element, to: &output)
        while try reader.next(&left) {
            try writeValue(beginField(from: &reader, to: &output), from: &reader, to: &output)
        }
        BSONWriter.endDocument(document, to: &output)
    }

    private static func beginField(
        from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) -> Int {
        guard let head = reader.bytes.peek() else { throw reader.error(.truncated) }
        guard head &>> 5 == 3 else { throw reader.error(.keyNotText) }
        let element: Int?
        if CBORReader.isOpen(head) {
            let key = try reader.readKey()
            element = ByteWriter.withUTF8(of: key) { BSONWriter.beginElement($0, to: &output) }
        } else {
            reader.bytes.cursor += 1
            element = BSONWriter.beginElement(try readText(head, from: &reader), to: &output)
        }
        guard let element else { throw reader.error(.zeroByte) }
        return element
    }

    @inline(__always)
    private static func readText(
        _ initial: UInt8, from reader: inout CBORReader
    ) throws(CBORError) -> UnsafeRawBufferPointer {
        let text = try reader.readSlice(initial)
        guard UTF8Check.isValid(text) else { throw reader.error(.badUTF8) }
        return text
    }

    /// Writes the next item by way of a value.
    @inline(never)
    private static func writeRare(
        _ element: Int, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        guard BSONWriter.write(try reader.readValue(), element, to: &output) else { throw reader.error(.zeroByte) }
    }
}
