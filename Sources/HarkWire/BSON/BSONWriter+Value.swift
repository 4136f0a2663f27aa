/// Whole values, for what is rare.
extension BSONWriter {
    /// Writes a value that was read, and so is nested no deeper than can be.
    ///
    /// - Returns: whether BSON can say it: not where a key or pattern has a zero byte. What is written so far is then
    ///   for the caller to drop.
    static func write(_ value: Value, _ element: Int, to output: inout ByteWriter) -> Bool {
        switch value {
        case .null: writeNull(element, to: &output)
        case .bool(let value): write(value, element, to: &output)
        case .int(let value): write(number: value, element, to: &output)
        case .double(let value): write(number: value, element, to: &output)
        case .string(let text): ByteWriter.withUTF8(of: text) { write(text: $0, element, to: &output) }
        case .bytes(let bytes): bytes.array.withUnsafeBytes { write(content: $0, element, to: &output) }
        case .array(let elements): return write(elements, element, to: &output)
        case .object(let object): return write(object, element, to: &output)
        case .date(let milliseconds): write(milliseconds: milliseconds, element, to: &output)
        case .regex(let pattern, let options):
            return ByteWriter.withUTF8(of: pattern) { pattern in
                ByteWriter.withUTF8(of: options) { write(pattern: pattern, options: $0, element, to: &output) }
            }
        }
        return true
    }

    private static func write(_ elements: [Value], _ element: Int, to output: inout ByteWriter) -> Bool {
        let array = beginArray(element, to: &output)
        for (index, value) in elements.enumerated() {
            guard write(value, beginElement(index: index, to: &output), to: &output) else { return false }
        }
        endDocument(array, to: &output)
        return true
    }

    private static func write(_ object: Value.Object, _ element: Int, to output: inout ByteWriter) -> Bool {
        let document = beginDocument(element, to: &output)
        for field in object.fields {
            let field = (element: ByteWriter.withUTF8(of: field.key) { beginElement($0, to: &output) }, field.value)
            guard let element = field.element, write(field.1, element, to: &output) else { return false }
        }
        endDocument(document, to: &output)
        return true
    }
}
