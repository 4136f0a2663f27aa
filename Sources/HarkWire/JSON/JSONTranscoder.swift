/// Writes CBOR as JSON, straight from the bytes, as `JSONWriter` writes the values that they are.
///
/// What is rare goes through a `Value`: tags (dates, regular expressions) and strings in pieces. A key that occurs
/// twice is written twice: whoever reads it takes the last one.
package enum JSONTranscoder {
    /// Writes every item of a CBOR sequence, each with a comma before it.
    ///
    /// - Returns: how many there are.
    /// - Throws: where the bytes are not CBOR that Hark accepts. What is written so far is for the caller to drop.
    package static func writeElements(
        ofCBOR items: UnsafeRawBufferPointer, to output: inout ByteWriter
    ) throws(CBORError) -> Int {
        var reader = CBORReader(items)
        var count = 0
        while !reader.isAtEnd {
            output.append(UInt8(ascii: ","))
            try writeElement(from: &reader, to: &output)
            count += 1
        }
        return count
    }

    /// Writes the next item.
    package static func writeElement(
        from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        let initial = try reader.readInitial()
        switch initial &>> 5 {
        case 0:
            let number = try reader.readNumber(initial)
            if let integer = Int64(exactly: number) { return JSONNumberWriter.write(integer, to: &output) }
            JSONNumberWriter.write(Double(number), to: &output)
        case 1:
            let number = try reader.readNumber(initial)
            if let magnitude = Int64(exactly: number) { return JSONNumberWriter.write(~magnitude, to: &output) }
            JSONNumberWriter.write(number == .max ? -0x1p64 : -Double(number + 1), to: &output)
        case 2 where !CBORReader.isOpen(initial):
            JSONWriter.write(content: try reader.readSlice(initial), to: &output)
        case 3 where !CBORReader.isOpen(initial):
            try writeText(initial, from: &reader, to: &output)
        case 4: try writeArray(initial, from: &reader, to: &output)
        case 5: try writeObject(initial, from: &reader, to: &output)
        case 7: try writeSimple(initial, from: &reader, to: &output)
        default:
            reader.bytes.cursor -= 1
            try writeValue(from: &reader, to: &output)
        }
    }

    private static func writeSimple(
        _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        switch initial {
        case 0xF4: output.append("false")
        case 0xF5: output.append("true")
        case 0xF6, 0xF7: output.append("null")
        default:
            guard let double = try reader.readFloat(initial) else { throw reader.simpleError(initial) }
            JSONNumberWriter.write(double, to: &output)
        }
    }

    private static func writeArray(
        _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        var left = try reader.readContainerHead(initial, ofFields: false)
        output.append(UInt8(ascii: "["))
        var isFirst = true
        while try reader.next(&left) {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            try writeElement(from: &reader, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    private static func writeObject(
        _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        var left = try reader.readContainerHead(initial, ofFields: true)
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        while try reader.next(&left) {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            try writeKey(from: &reader, to: &output)
            output.append(UInt8(ascii: ":"))
            try writeElement(from: &reader, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func writeKey(
        from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        guard let head = reader.bytes.peek() else { throw reader.error(.truncated) }
        guard head &>> 5 == 3 else { throw reader.error(.keyNotText) }
        if CBORReader.isOpen(head) { return try writeValue(from: &reader, to: &output) }
        reader.bytes.cursor += 1
        try writeText(head, from: &reader, to: &output)
    }

    @inline(__always)
    private static func writeText(
        _ initial: UInt8, from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        guard JSONWriter.write(ifUTF8: try reader.readSlice(initial), to: &output) else { throw reader.error(.badUTF8) }
    }

    /// Writes the next item by way of a value.
    @inline(never)
    private static func writeValue(
        from reader: inout CBORReader, to output: inout ByteWriter
    ) throws(CBORError) {
        let value = try reader.readValue()
        do { try JSONWriter.write(value, depth: reader.depth, to: &output) } catch { throw reader.error(.tooDeep) }
    }
}
